"""The Jeffreys interval: known values, and what every interval must be."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.events.interval import incomplete_beta, jeffreys


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # quantiles of Beta(k + 1/2, n - k + 1/2); Brown, Cai and DasGupta 2001, and any package of statistics
        (0, 10, 0.0, 0.217196),
        (7, 10, 0.394182, 0.907305),
        (50, 100, 0.403174, 0.596826),
        (1, 1, 0.146746, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_known_values(successes: float, trials: int, low: float, high: float) -> None:
    assert jeffreys(successes, trials) == pytest.approx((low, high), abs=1e-6)


_COUNTS = st.integers(0, 3_000).flatmap(lambda trials: st.tuples(st.floats(0, trials), st.just(trials)))


@given(_COUNTS)
def test_it_holds_the_share_and_mirrors(counts: tuple[float, int]) -> None:
    successes, trials = counts
    low, high = jeffreys(successes, trials)
    assert 0 <= low <= high <= 1
    if trials:
        assert low <= successes / trials <= high
    mirrored = jeffreys(trials - successes, trials)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


@given(st.integers(1, 200), st.integers(1, 20))
def test_more_of_the_same_is_narrower(trials: int, factor: int) -> None:
    low, high = jeffreys(trials / 2, trials)
    narrow_low, narrow_high = jeffreys(trials * factor / 2, trials * factor)
    assert narrow_low >= low - 1e-12
    assert narrow_high <= high + 1e-12


@given(st.floats(0, 1), st.floats(0.5, 500), st.floats(0.5, 500))
def test_the_beta_function_is_that_of_the_other_side_turned(x: float, a: float, b: float) -> None:
    assert incomplete_beta(x, a, b) + incomplete_beta(1 - x, b, a) == pytest.approx(1, abs=1e-9)


@given(st.floats(0, 1), st.integers(1, 12), st.integers(1, 12))
def test_for_whole_numbers_it_is_a_binomial_sum(x: float, a: int, b: int) -> None:
    """DLMF 8.17.5."""

    trials = a + b - 1
    summed = sum(comb(trials, j) * x**j * (1 - x) ** (trials - j) for j in range(a, trials + 1))
    assert incomplete_beta(x, a, b) == pytest.approx(summed, abs=1e-9)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3)])
def test_what_is_no_share_is_refused(successes: float, trials: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        jeffreys(successes, trials)
