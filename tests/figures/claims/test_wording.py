from __future__ import annotations

import pytest

from trigpoint.figures.claims.wording import compared, denies
from trigpoint.model.claim import ClaimVerdict as V


@pytest.mark.parametrize("quote", [
    "did not reach 700 million", "never had 700 million", "doesn't have 700 million", "doesn\u2019t have any",
    "no longer the largest", "it is false that there are 700 million", "not mainly from the US",
])  # fmt: skip
def test_what_is_denied_is_seen(quote: str) -> None:
    assert denies(quote)


@pytest.mark.parametrize("quote", [
    "over 632 million users", "not only 632 million", "no more than 632 million", "not less than 632 million",
    "a notable 632 million", "another knot",
])  # fmt: skip
def test_what_only_looks_like_it_is_not(quote: str) -> None:
    assert not denies(quote)


@pytest.mark.parametrize(
    ("quote", "share", "place", "verdict"),
    [
        ("mainly from there", 0.6, 1, V.SUPPORTED),
        ("mainly from there", 0.3, 1, V.LARGEST_NOT_MOST),
        ("mainly from there", 0.3, 2, V.UNSUPPORTED),
        ("of all attacks most came from there", 0.3, 1, V.LARGEST_NOT_MOST),
        ("the largest part", 0.3, 1, V.SUPPORTED),
        ("the top source", 0.3, 2, V.UNSUPPORTED),
        ("the second largest part", 0.3, 1, V.UNSUPPORTED),
        ("the second-largest part", 0.1, 2, V.SUPPORTED),
        ("the third biggest", 0.1, 2, V.UNSUPPORTED),
        ("the 3rd largest", 0.1, 3, V.SUPPORTED),
        ("all of it", 0.3, 1, V.UNSUPPORTED),
        ("nearly all of it", 0.97, 1, V.SUPPORTED),
        ("entirely from there", 0.6, 1, V.UNSUPPORTED),
        ("from there, in all", 0.3, 1, V.NOT_CHECKABLE),
        ("from there", 0.3, 1, V.NOT_CHECKABLE),
    ],
)
def test_words_that_compare_are_held_against_share_and_place(quote: str, share: float, place: int, verdict: V) -> None:
    assert compared(quote, share, place)[0] is verdict
