from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.figures.claims.quantities import Bound, Quantity, bound_of, quantity

NOUNS = "internet users people who use the Internet"


@pytest.mark.parametrize(
    ("value", "unit", "number", "is_share"),
    [
        (632e6, None, 632e6, False),
        (632, "million", 632e6, False),
        (632, "Million users", 632e6, False),
        (632, "people", 632, False),
        (0.632, "bn", 632e6, False),
        (632, "thousands", 632e3, False),
        (6.32, "hundred million", 632e6, False),
        (63.2, "crore", 632e6, False),
        (0.469, "share of people", 0.469, False),
        (46.9, "per cent", 0.469, True),
        (46.9, "percent", 0.469, True),
        (46.9, "%", 0.469, True),
        ("632 million", None, 632e6, False),
        ("about 632m", None, 632e6, False),
        ("632,000,000", None, 632e6, False),
        ("632", "million", 632e6, False),
        ("46.9%", None, 0.469, True),
    ],
)
def test_numbers_are_read_as_people_write_them(
    value: float | str, unit: str | None, number: float, is_share: bool
) -> None:
    assert quantity(value, unit, NOUNS) == Quantity(number, is_share)


@pytest.mark.parametrize("word", ["", "many", "GSMA", "Zhijiang Lab"])
def test_a_word_is_no_number(word: str) -> None:
    assert quantity(word, None, NOUNS) is None


@pytest.mark.parametrize(
    ("value", "unit"),
    [(1, "stones"), (1, "myriad million"), ("5 stones", None), (float("inf"), None), (1e300, "billion billion")],
)
def test_what_cannot_be_understood_is_told(value: float | str, unit: str | None) -> None:
    with pytest.raises(ValueError, match=r"unit|no number"):
        quantity(value, unit, NOUNS)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_without_a_unit_a_number_is_itself(number: float) -> None:
    assert quantity(number, None, "") == Quantity(number, is_share=False)


@pytest.mark.parametrize(
    ("quote", "bound"),
    [
        ("632 million users", Bound.NONE),
        ("nearly 632 million users", Bound.NONE),
        ("over 632 million users", Bound.ABOVE),
        ("More than 632 million", Bound.ABOVE),
        ("no fewer than 632,000,000 users", Bound.ABOVE),
        ("at least 0.632 billion", Bound.ABOVE),
        ("fewer than 632 million users", Bound.BELOW),
        ("under 632 million", Bound.BELOW),
        ("at most 632 million", Bound.AT_MOST),
        ("not more than 632 million", Bound.AT_MOST),
        ("over 700 million, not 632 million", Bound.NONE),
        ("over 700 million", Bound.NONE),  # another number than the one that is claimed
        ("", Bound.NONE),
    ],
)
def test_a_bound_is_that_of_the_claimed_number(quote: str, bound: Bound) -> None:
    assert bound_of(quote, 632e6) is bound


def test_a_bound_in_per_cents_is_seen() -> None:
    assert bound_of("more than 80 per cent", 0.8) is Bound.ABOVE
