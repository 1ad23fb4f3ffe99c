"""Where rows belong."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.observe.places import NUMBER, Places
from trigpoint.store import parquet
from trigpoint.store.schemas import TABLES
from trigpoint.store.survey import PARTITION_COLUMNS

KEYS = st.lists(
    st.tuples(
        st.text("abc", min_size=1, max_size=3), st.sampled_from(["2024-05-06", "unknown"]), st.sampled_from("XY")
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda key: key[0],
)


def connects(rows: list[tuple[int, int]]) -> pl.DataFrame:
    """Make connects, each of a measurement and with a number of its own."""
    schema = {NUMBER: pl.UInt32()} | dict(list(TABLES["tcp_connects"].schema.items())[1:])
    content = {NUMBER: [number for number, _ in rows], "step": [step for _, step in rows]}
    return pl.DataFrame({name: content.get(name, [None] * len(rows)) for name in schema}, schema=schema)


@given(KEYS, st.data())
def test_partitions_are_those_of_the_named_rows_each_in_its_order(
    keys: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    steps = st.tuples(st.integers(0, len(keys) - 1), st.integers(0, 9))
    rows = connects(data.draw(st.lists(steps, unique=True, max_size=30)))
    places = Places(keys)
    named = places.named("tcp_connects", rows)
    assert named.columns == [*TABLES["tcp_connects"].schema, *PARTITION_COLUMNS]
    assert named["measurement"].to_list() == [keys[number][0] for number in rows[NUMBER]]
    parted = {(date, country): part for date, country, part in places.parted("tcp_connects", rows)}
    expected = named.partition_by(*PARTITION_COLUMNS, as_dict=True)
    assert list(parted) == sorted(expected)
    for key, part in parted.items():
        written = parquet.encode(part, "tcp_connects", is_sorted=True)
        assert written == parquet.encode(expected[key], "tcp_connects")


def test_no_rows_have_no_partition() -> None:
    assert list(Places([]).parted("tcp_connects", connects([]))) == []
    assert Places([]).named("tcp_connects", connects([])).schema == TABLES["tcp_connects"].schema | PARTITION_COLUMNS
