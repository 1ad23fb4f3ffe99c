"""Values that do not fit become missing, and no others."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.shapes import json_values
from trigpoint.archive.ooni.fit import fitted
from trigpoint.archive.ooni.raw import Int64, RawMeasurement


class Leaf(msgspec.Struct):
    number: Int64 | None = None
    text: str | None = None


class Tree(msgspec.Struct):
    leaves: list[Leaf | None] | None = None
    named: dict[str, Leaf | None] | None = None
    anything: Any = None
    plain: Int64 = 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"number": "7", "text": "a"}, Leaf(7, "a")),
        ({"number": 7.0}, Leaf(7)),
        ({"number": 7.5, "text": "a"}, Leaf(None, "a")),
        ({"number": 2**63, "text": "a"}, Leaf(None, "a")),
        ({"number": True, "text": 5}, Leaf()),
        ({"number": [], "unknown": {}}, Leaf()),
        ({}, Leaf()),
    ],
)
def test_a_value_that_does_not_fit_is_missing_and_the_rest_stays(value: object, expected: Leaf) -> None:
    assert fitted(value, Leaf) == expected


def test_positions_in_a_list_never_shift() -> None:
    found = fitted({"leaves": [{"number": 1}, 5, None, {"number": "x", "text": "a"}]}, Tree)
    assert found == Tree([Leaf(1), None, None, Leaf(None, "a")])


def test_what_is_no_list_or_map_is_missing() -> None:
    assert fitted({"leaves": {}, "named": [], "anything": {"a": 1}}, Tree) == Tree(anything={"a": 1})


def test_the_values_of_a_map_are_fitted_one_by_one() -> None:
    assert fitted({"named": {"a": {"number": []}, "b": 1}}, Tree) == Tree(named={"a": Leaf(), "b": None})


@pytest.mark.parametrize("value", [None, 5, "x", []])
def test_what_is_no_object_is_none(value: object) -> None:
    assert fitted(value, Leaf) is None


@given(st.dictionaries(st.sampled_from(sorted(RawMeasurement.__struct_fields__)), json_values))
def test_any_object_fits_in_the_end(value: dict[str, object]) -> None:
    assert isinstance(fitted(value, RawMeasurement), RawMeasurement)
