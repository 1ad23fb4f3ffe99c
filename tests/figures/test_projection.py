from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.figures.projection import back_test, project

LOGISTIC = {year: 0.8 / (1 + math.exp(-0.3 * (year - 2010))) for year in range(2000, 2031)}
SHARES = st.dictionaries(st.integers(1990, 2024), st.floats(0, 1), max_size=30)


def _until(year: int) -> dict[int, float]:
    return {at: share for at, share in LOGISTIC.items() if at <= year}


def test_a_logistic_curve_is_found_again_by_one_of_the_models() -> None:
    found = project(_until(2014), 5)
    assert list(found) == [2015, 2016, 2017, 2018, 2019]
    assert all(one.low <= LOGISTIC[year] <= one.high for year, one in found.items())
    assert found[2019].low == pytest.approx(LOGISTIC[2019], abs=0.005)  # the others know no end of growth so soon


def test_what_is_projected_begins_where_the_known_ends() -> None:
    first = project(_until(2014), 1)[2015]
    assert first.low > LOGISTIC[2014] - 0.01
    assert first.high < LOGISTIC[2014] + 0.1


@pytest.mark.parametrize(
    "shares", [{}, {2020: 0.5}, dict.fromkeys(range(2010, 2015), 0.5), {2000 + at: 0.0 for at in range(20)}]
)
def test_of_too_little_nothing_is_projected(shares: dict[int, float]) -> None:
    assert project(shares, 5) == {}


def test_where_everybody_is_online_nothing_is_projected() -> None:
    assert project(_until(2010) | {2011: 1.0}, 5) == {}


@given(SHARES, st.integers(1, 10))
def test_a_projection_is_a_share_inside_its_spread_and_no_order_matters(shares: dict[int, float], years: int) -> None:
    found = project(shares, years)
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in found.values())
    assert project(dict(sorted(shares.items(), reverse=True)), years) == found


def test_a_back_test_knows_nothing_of_what_came() -> None:
    found = back_test(LOGISTIC, 2014)
    assert {year: one for year, (one, _) in found.items()} == dict(project(_until(2014), 16))
    assert found[2030][1] == LOGISTIC[2030]
    assert back_test(LOGISTIC, 2030) == {}
    assert back_test(LOGISTIC, 2002) == {}
