from __future__ import annotations

import pytest

from trigpoint.store.schemas import CELL_TABLES, OBSERVATION_TABLES, TABLES, VERDICT_TABLES, Table, field_meanings
from trigpoint.store.survey import PARTITION_COLUMNS


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_column_has_a_type_and_a_meaning_and_a_name_of_its_own(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert table.meaning
    for column in table.columns:
        assert not column.dtype.is_nested()
        assert column.meaning.endswith(".")


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_column_is_called_like_a_partition(table: Table) -> None:
    """Beside the columns of the path it would stand twice."""
    assert not set(table.schema) & set(PARTITION_COLUMNS)


def test_every_row_of_a_step_names_its_measurement_step_and_place() -> None:
    for name in OBSERVATION_TABLES:
        if TABLES[name].is_partitioned and name not in {"measurements", "dns_answers"}:
            assert list(TABLES[name].schema)[:3] == ["measurement", "step", "pointer"]
    assert list(TABLES["dns_answers"].schema)[:3] == ["measurement", "step", "number"]


def test_each_table_is_written_by_one_stage() -> None:
    assert sorted(OBSERVATION_TABLES + VERDICT_TABLES + CELL_TABLES) == sorted(TABLES)


def test_a_field_without_meaning_has_none() -> None:
    class Plain(Table, frozen=True):
        bare: int = 0

    assert "bare" not in field_meanings(Plain)
    assert field_meanings(Plain)["name"] == "Its name, also of its folder."
