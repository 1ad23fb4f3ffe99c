"""The raw records: everything optional, so that whatever does not fit can be missing."""

from __future__ import annotations

import inspect
import math
from typing import get_type_hints

import msgspec
import pytest

from trigpoint.archive.ooni import raw
from trigpoint.archive.ooni.fit import fitted

RECORDS = [
    kind
    for _, kind in inspect.getmembers(raw, inspect.isclass)
    if issubclass(kind, msgspec.Struct) and kind.__module__ == raw.__name__
]


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_may_be_missing_or_null(record: type[msgspec.Struct]) -> None:
    names = get_type_hints(record)
    assert names
    assert msgspec.convert({}, record) == msgspec.convert(dict.fromkeys(names), record)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "nan", "-inf", 10**400])
def test_times_that_are_no_numbers_are_missing(value: object) -> None:
    assert fitted({"t0": value, "t": 1.5, "address": "a"}, raw.RawHandshake) == raw.RawHandshake(t=1.5, address="a")


@pytest.mark.parametrize(("value", "duration"), [(0, 0.0), (2.5, 2.5), ("2.5", 2.5), (-1, None), ("inf", None)])
def test_a_duration_is_a_number_that_is_not_negative(value: object, duration: float | None) -> None:
    assert fitted({"test_runtime": value}, raw.RawMeasurement) == raw.RawMeasurement(test_runtime=duration)
