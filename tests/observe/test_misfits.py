from __future__ import annotations

import polars as pl
import pytest
from msgspec.structs import astuple

from tests.observe import records
from trigpoint.model.measurement import Reject
from trigpoint.observe.misfits import fits, without_misfits
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (None, pl.String(), True),
        ("a", pl.String(), True),
        (1, pl.String(), False),
        (b"a", pl.String(), False),
        (2**63 - 1, pl.Int64(), True),
        (-(2**63), pl.Int64(), True),
        (2**63, pl.Int64(), False),
        (1.0, pl.Int64(), False),
        ("1", pl.Int64(), False),
        (1, pl.Float64(), True),
        (1.5, pl.Float64(), True),
        (2**2000, pl.Float64(), False),
        ("1", pl.Float64(), False),
        (False, pl.Boolean(), True),
        (1, pl.Boolean(), False),
        (b"a", pl.Binary(), True),
        ("a", pl.Binary(), False),
        (["a"], pl.String(), False),
    ],
)
def test_what_fits_is_what_a_column_can_be_built_from(value: object, dtype: pl.DataType, expected: bool) -> None:
    assert fits(value, dtype) is expected
    if expected:
        assert pl.Series([value], dtype=dtype).len() == 1


def test_every_type_of_a_column_is_known() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert fits(None, column.dtype)
            assert not fits([], column.dtype)


def test_the_row_of_no_one_measurement_loses_the_value_alone() -> None:
    gathered = {name: [] for name in OBSERVATION_TABLES}
    gathered["certificates"] = [(*astuple(records.certificate(1))[:4], "soon", None, None, b"der")]
    gathered["rejects"] = [astuple(Reject(path="p\udcff", line=2**64, reason="r"))]
    kept = without_misfits(gathered)
    assert kept["certificates"][0][4:] == (None, None, None, b"der")
    assert kept["rejects"] == [(None, "p?", None, None, "r")]
