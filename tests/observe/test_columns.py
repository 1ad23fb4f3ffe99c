"""Columns of the tables."""

from __future__ import annotations

from typing import get_args

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.model.step import DnsLookup, Step, TcpConnect
from trigpoint.observe.columns import TABLES_OF, Steps, columns_of, columns_of_steps, frames
from trigpoint.observe.enrichment import Enrichment
from trigpoint.store.schemas import TABLES

KEYS = [("a" * 64, "2024-05-06", "IR"), ("b" * 64, "2024-05-07", "CN")]


def connect(address: str, **more: object) -> TcpConnect:
    return TcpConnect(step=0, pointer="/test_keys/tcp_connect/0", vantage="probe", address=address, port=443, **more)  # type: ignore[arg-type]


def test_every_kind_of_step_has_a_way_to_its_rows() -> None:
    assert set(TABLES_OF) == set(get_args(Step))


@given(st.lists(st.tuples(st.integers(), st.text()), max_size=600))
def test_columns_hold_what_rows_held_in_their_order(rows: list[tuple[int, str]]) -> None:
    assert list(zip(*columns_of(rows, 2), strict=True)) == rows


@pytest.mark.parametrize("kind", TABLES_OF, ids=lambda kind: kind.__name__)
def test_without_a_step_there_are_the_columns_all_the_same(kind: type[Step]) -> None:
    for name, columns in columns_of_steps(kind, Steps(), Enrichment()).items():
        assert columns == [[]] * len(TABLES[name].columns)


def test_each_row_has_the_id_the_day_and_the_country_of_its_measurement() -> None:
    gathered = Steps([connect("8.8.8.8"), connect("8.8.4.4"), connect("1.1.1.1")], [1, 0, 1])
    made = frames(columns_of_steps(TcpConnect, gathered, Enrichment()), KEYS)["tcp_connects"]
    assert dict(made.schema) == TABLES["tcp_connects"].schema | {"date": pl.String(), "country": pl.String()}
    assert made.select("measurement", "address", "date", "country").rows() == [
        (KEYS[1][0], "8.8.8.8", *KEYS[1][1:]),
        (KEYS[0][0], "8.8.4.4", *KEYS[0][1:]),
        (KEYS[1][0], "1.1.1.1", *KEYS[1][1:]),
    ]


def test_a_misfit_takes_the_rows_of_its_measurement_alone() -> None:
    fields = {name: [None, None] for name in TABLES["measurements"].schema}
    fields |= {"id": [0, 1], "source": ["s", "s"], "path": ["p", "p"], "line": [1, 2]}
    gathered = Steps([connect("8.8.8.8"), connect("8.8.4.4", transaction=2**70)], [0, 1])
    tables = {
        "measurements": list(fields.values()),
        **columns_of_steps(TcpConnect, gathered, Enrichment()),
        **columns_of_steps(DnsLookup, Steps(), Enrichment()),
        "rejects": [[] for _ in TABLES["rejects"].columns],
    }
    made = frames(tables, KEYS)
    assert made["measurements"].select("id", "country").rows() == [(KEYS[0][0], "IR")]
    assert made["tcp_connects"]["measurement"].to_list() == [KEYS[0][0]]
    assert made["rejects"].select("path", "line").rows() == [("p", 2)]
