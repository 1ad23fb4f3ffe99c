from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.figures.inherited import computed, joined, licence_of
from trigpoint.model.figure import Figure, IntervalKind


def _figure(
    value: float | None, low: float | None = None, high: float | None = None, kind: str | None = None
) -> Figure:
    return Figure(
        id="a", label="a", value=value, unit="u", low=low, high=high, interval=IntervalKind(kind) if kind else None,
        subject="KE", period="2020", vintage="", sources=(), transformation="published", rows="",
    )  # fmt: skip


def test_of_a_missing_figure_nothing_is_computed() -> None:
    assert computed("sum", [_figure(1), _figure(None)]) == (None, None)
    assert computed("ratio", [_figure(1), _figure(0)]) == (None, None)


def test_an_interval_is_inherited_and_several_kinds_are_mixed() -> None:
    one, two = _figure(2, 1, 3, "wilson-95"), _figure(10, 8, 20, "source-spread")
    assert computed("sum", [one, _figure(5)])[1] is not None
    value, interval = computed("ratio", [two, one])
    assert value == 5
    assert interval is not None
    assert (interval.low, interval.high, interval.kind) == (pytest.approx(8 / 3), 20, IntervalKind.MIXED)


def test_a_function_that_there_is_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        computed("guess", [_figure(1)])


@given(st.lists(st.lists(st.text())))
def test_words_are_joined_once_and_sorted(parts: list[list[str]]) -> None:
    assert joined(parts) == tuple(sorted({word for part in parts for word in part}))


def test_where_one_states_no_licence_none_can_be_told() -> None:
    assert licence_of(["MIT", "CC-BY-4.0", "MIT AND X"]) == "CC-BY-4.0 AND MIT AND X"
    assert licence_of(["MIT", None]) is None
    assert licence_of([]) is None
