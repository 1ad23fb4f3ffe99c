from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.draws import Draws


@given(st.integers(), st.integers(-5, 5), st.integers(0, 9))
def test_draws_are_within_their_bounds_and_the_same_each_time(seed: int, low: int, more: int) -> None:
    first, second = Draws(seed, "x"), Draws(seed, "x")
    for _ in range(3):
        number, share, seconds = first.between(low, low + more), first.share(), first.seconds(1.0, 2.0)
        assert low <= number <= low + more
        assert 0 <= share < 1
        assert 1 <= seconds < 2
        assert (number, share, seconds) == (second.between(low, low + more), second.share(), second.seconds(1.0, 2.0))


def test_every_part_counts() -> None:
    assert len({Draws(*parts).share() for parts in ((1, "x"), (2, "x"), (1, "y"), (1, "x", b"z"), ("1", "x"))}) == 5


def test_each_item_comes_as_often_as_it_should() -> None:
    draws = Draws("fair")
    even = [draws.one_of("abcd") for _ in range(2_000)]
    assert all(430 < even.count(letter) < 570 for letter in "abcd")
    uneven = [draws.weighted([1, 3]) for _ in range(2_000)]
    assert 430 < uneven.count(0) < 570


def test_weights_that_sum_to_nothing_give_the_last() -> None:
    assert Draws("x").weighted([0.0, 0.0]) == 1
