"""Columns of the tables."""

from __future__ import annotations

from itertools import chain
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from trigpoint.model.step import TcpConnect
from trigpoint.observe.columns import columns_of, frames
from trigpoint.observe.enrichment import Enrichment
from trigpoint.observe.places import NUMBER, Places
from trigpoint.reference.addresses import facts_without_database
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES

KEYS = [("a" * 64, "2024-05-06", "IR"), ("b" * 64, "2024-05-07", "CN")]


MEASUREMENT = {"id": 0, "source": "s", "path": "p", "line": 1}


def connect(number: int, address: str, **more: object) -> list[object]:
    step = TcpConnect(step=0, pointer="/test_keys/tcp_connect/0", vantage="probe", address=address, port=443, **more)  # type: ignore[arg-type]
    return [number, *astuple(step)]


@pytest.mark.parametrize("name", OBSERVATION_TABLES)
def test_without_a_row_there_are_the_columns_all_the_same(name: str) -> None:
    for facts in (Enrichment(), Enrichment(facts_without_database)):
        assert list(columns_of(name, [], facts)) == [[]] * len(TABLES[name].columns)


@given(st.lists(st.tuples(*[st.none() | st.integers() | st.text()] * 5), max_size=20))
def test_columns_hold_what_rows_held_in_their_order(rows: list[tuple[object, ...]]) -> None:
    assert len(TABLES["rejects"].columns) == 5
    columns = columns_of("rejects", list(chain.from_iterable(rows)), Enrichment())
    assert list(zip(*columns, strict=True)) == rows


def test_each_row_has_the_id_the_day_and_the_country_of_its_measurement() -> None:
    rows = [*connect(1, "8.8.8.8"), *connect(0, "8.8.4.4"), *connect(1, "1.1.1.1")]
    made = Places(KEYS).named("tcp_connects", frames({"tcp_connects": rows}, KEYS, Enrichment())["tcp_connects"])
    assert dict(made.schema) == TABLES["tcp_connects"].schema | {"date": pl.String(), "country": pl.String()}
    assert made.select("measurement", "address", "date", "country").rows() == [
        (KEYS[1][0], "8.8.8.8", *KEYS[1][1:]),
        (KEYS[0][0], "8.8.4.4", *KEYS[0][1:]),
        (KEYS[1][0], "1.1.1.1", *KEYS[1][1:]),
    ]


def test_a_misfit_takes_the_rows_of_its_measurement_alone() -> None:
    fields = [MEASUREMENT | changes for changes in ({}, {"id": 1, "line": 2})]
    rows: dict[str, list[Any]] = {
        "measurements": [row.get(name) for row in fields for name in TABLES["measurements"].schema],
        "tcp_connects": [*connect(0, "8.8.8.8"), *connect(1, "8.8.4.4", transaction=2**70)],
        "dns_lookups": [],
        "rejects": [],
    }
    made = frames(rows, KEYS, Enrichment())
    assert made["measurements"][NUMBER].to_list() == made["tcp_connects"][NUMBER].to_list() == [0]
    assert made["rejects"].select("path", "line").rows() == [("p", 2)]
