from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.observe import records
from trigpoint.model.measurement import Reject
from trigpoint.observe import parts
from trigpoint.observe.parts import PartWriter

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.observe.parts import Part

STEM = "0123456789abcdef"


def ids(folder: Path, part: Part) -> list[str]:
    found = [folder / file.path for file in part.files if file.table == "measurements"]
    return sorted(pl.concat([pl.read_parquet(path, hive_partitioning=False) for path in found])["id"].to_list())


def test_no_records_make_no_part(tmp_path: Path) -> None:
    assert PartWriter(tmp_path, STEM).finish() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_part_has_one_file_for_each_table_and_partition(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, STEM)
    for country in ("IR", "CN"):
        writer.add(records.measurement(len(country), probe_cc=country, id=country))
    writer.add(Reject(path="p", reason="r"))
    (part,) = writer.finish()
    assert {file.name for file in part.files} == {f"{STEM}-00000.parquet"}
    assert {file.country for file in part.files if file.table == "tcp_connects"} == {"IR", "CN"}
    assert sorted(file.path for file in part.files) == sorted(
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.parquet")
    )


def test_a_part_never_exceeds_its_number_of_measurements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_MEASUREMENTS", 3)
    writer = PartWriter(tmp_path, STEM)
    for seed in range(7):
        writer.add(records.measurement(seed))
    made = writer.finish()
    assert [len(ids(tmp_path, part)) for part in made] == [3, 3, 1]
    assert [part.files[0].stem for part in made] == [f"{STEM}-0000{number}" for number in range(3)]


@pytest.mark.parametrize("limit", ["_ROWS_AS_OBJECTS", "_CONTENT_BYTES"])
def test_building_tables_early_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    for folder in ("late", "early"):
        if folder == "early":
            monkeypatch.setattr(parts, limit, 100)
        writer = PartWriter(tmp_path / folder, STEM)
        for seed in range(9):
            writer.add(records.measurement(seed % 7))
        writer.finish()
    assert records.tree(tmp_path / "early") == records.tree(tmp_path / "late")


def test_a_part_is_written_when_its_tables_are_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_ROWS_AS_OBJECTS", 1)
    monkeypatch.setattr(parts, "_TABLE_BYTES", 1)
    writer = PartWriter(tmp_path, STEM)
    for seed in range(3):
        writer.add(records.measurement(seed))
    assert [ids(tmp_path, part) for part in writer.finish()] == [[records.measurement(seed).id] for seed in range(3)]


def test_measurements_and_rejects_are_counted_by_source(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, STEM)
    for record in (
        records.measurement(1, source="a"),
        records.measurement(1, source="b", uid="u"),
        records.measurement(2, source="b"),
        Reject(source="a", path="p", reason="r"),
        Reject(source="a", path="p", reason="r"),
        records.measurement(3, source="a", probe_asn=2**64),
    ):
        writer.add(record)
    writer.finish()
    assert writer.duplicates == {"b": 1}
    assert writer.written == {"measurements": {"a": 1, "b": 1}, "rejects": {"a": 3}}


def test_content_that_comes_twice_in_a_part_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.observe.flatten._REMEMBERED_CONTENT", 1)
    writer = PartWriter(tmp_path, STEM)
    for seed in (1, 2, 3):
        writer.add(records.measurement(seed))
    (part,) = writer.finish()
    assert {file.table: file.rows for file in part.files if file.date is None} == {"certificates": 4, "bodies": 3}
