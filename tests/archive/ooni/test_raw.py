"""The raw records: everything optional, so that whatever does not fit can be missing."""

from __future__ import annotations

import inspect
from typing import get_type_hints

import msgspec
import pytest

from trigpoint.archive.ooni import raw

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
