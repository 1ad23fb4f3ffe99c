from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CORPUS
from trigpoint.figures.inequality import gini, lorenz
from trigpoint.reference.statistics import tables
from trigpoint.reference.statistics.reading import Origin

AMOUNTS = st.just(0.0) | st.floats(1e-3, 1e9)  # half of the least float is nought
GROUPS = st.lists(st.tuples(AMOUNTS, st.floats(1, 1e9)), min_size=1, max_size=30)
FOLDER = CORPUS / "indicators"


@given(GROUPS)
def test_a_lorenz_curve_rises_from_nothing_to_all_and_sags(groups: list[tuple[float, float]]) -> None:
    points = lorenz(groups)
    for (left, low), (right, high) in pairwise(points):
        assert left <= right
        assert low <= high + 1e-9
    assert all(amount <= people + 1e-9 for people, amount in points)


@given(GROUPS, st.floats(0.1, 1000))
def test_the_gini_index_is_a_share_in_any_order_and_unit(groups: list[tuple[float, float]], scale: float) -> None:
    found = gini(groups)
    if found is None:
        assert sum(amount for amount, _ in groups) == 0
        return
    assert 0 <= found <= 1
    assert gini(groups[::-1]) == pytest.approx(found)
    assert gini([(amount * scale, people) for amount, people in groups]) == pytest.approx(found, abs=1e-6)


@given(GROUPS)
def test_a_group_that_is_split_changes_nothing(groups: list[tuple[float, float]]) -> None:
    halves = [(amount / 2, people / 2) for amount, people in groups for _ in range(2)]
    assert gini(halves) == pytest.approx(gini(groups), abs=1e-6)


def test_who_holds_all_of_many_makes_it_one() -> None:
    assert gini([(1, 1)] + [(0, 1)] * 999) == pytest.approx(0.999)
    assert gini([(0, 1), (0, 2)]) is None


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpus of indicators is not here")
def test_ipv4_did_not_get_more_equal_in_ten_years() -> None:
    """Over the 167 countries of both dates: 0.756 in November 2015, 0.751 in 2026."""
    origin = Origin(name="population", organisation="World Bank", url="u", licence=None)
    content = (FOLDER / "development" / "worldbank_population_1960-2024.csv").read_bytes()
    (people,) = tables.read(content, origin, "population").series
    by_year = {(point.subject, point.period): point.value for point in people.points}
    before = json.loads((FOLDER / "resources" / "ipv4_by_country_allrirs_2015-11.json").read_bytes())["ipv4"]
    now = json.loads((FOLDER / "resources" / "ipv4_by_country_iptocc-3.3.170.json").read_bytes())
    held = [code for code in before if before[code] and now.get(code)]
    both = [code for code in held if {(code, "2015"), (code, "2024")} <= by_year.keys()]
    assert len(both) == 167
    assert gini([(before[code], by_year[code, "2015"]) for code in both]) == pytest.approx(0.756, abs=5e-4)
    assert gini([(now[code], by_year[code, "2024"]) for code in both]) == pytest.approx(0.751, abs=5e-4)
