from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.observe import records
from trigpoint.model.measurement import Reject
from trigpoint.observe.flatten import tables
from trigpoint.store import parquet
from trigpoint.store.manifest import DataFile
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = [
    *(records.measurement(seed) for seed in range(5)),
    *(Reject(path="p", line=line, reason="r") for line in range(9)),
]


@pytest.mark.parametrize("name", OBSERVATION_TABLES)
def test_the_order_of_rows_does_not_change_a_byte(name: str) -> None:
    frame = tables(CONTENT)[name]
    content = parquet.encode(frame, name)
    assert (
        content
        == parquet.encode(frame.reverse(), name)
        == parquet.encode(frame.sample(seed=1, shuffle=True, fraction=1), name)
    )
    assert dict(pl.read_parquet(io.BytesIO(content)).schema) == TABLES[name].schema


def test_steps_are_sorted_by_measurement_and_number() -> None:
    found = pl.read_parquet(io.BytesIO(parquet.encode(tables(CONTENT)["dns_answers"].reverse(), "dns_answers")))
    keys = ("measurement", "step", "number")
    assert found.select(keys).equals(found.select(keys).sort(keys))


def test_a_file_is_written_with_its_size_and_hash(tmp_path: Path) -> None:
    frame = tables(CONTENT)["bodies"]
    file = parquet.write(frame, tmp_path, DataFile(table="bodies", name="0" * 16 + "-00000.parquet"))
    content = (tmp_path / file.path).read_bytes()
    assert (file.rows, file.bytes) == (5, len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()
