import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.figures.interval import wilson


@given(st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_0_and_1(case: tuple[int, int]) -> None:
    share = wilson(*case)
    assert 0.0 <= share.low <= share.high <= 1.0
    assert share.value is None or share.low <= share.value <= share.high


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_the_complement_mirrors_it(counted: int, others: int) -> None:
    share, mirror = wilson(counted, counted + others), wilson(others, counted + others)
    assert share.low == pytest.approx(1 - mirror.high, abs=1e-12)


def test_more_cases_give_a_narrower_interval() -> None:
    few, many = wilson(3, 10), wilson(300, 1_000)
    assert many.high - many.low < few.high - few.low


def test_a_published_example_comes_out() -> None:
    share = wilson(81, 263)  # Newcombe 1998, table I, method 3
    assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)


def test_nothing_of_nothing_may_be_anything() -> None:
    share = wilson(0, 0)
    assert (share.value, share.low, share.high) == (None, 0.0, 1.0)


@pytest.mark.parametrize(("counted", "total"), [(2, 1), (-1, 3)])
def test_what_is_no_share_is_refused(counted: int, total: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        wilson(counted, total)
