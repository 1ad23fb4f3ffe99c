from __future__ import annotations

import pytest

from tests.figures.claims.made import fact
from trigpoint.figures.claims.facts import Fact, Metric
from trigpoint.figures.claims.periods import period
from trigpoint.figures.claims.places import FEWEST, halved, placed
from trigpoint.figures.claims.wording import place_of
from trigpoint.model.claim import ClaimVerdict as V
from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES

METRIC = Metric(meaning="users", window_months=0)
YEAR = period("2015")
CODES = sorted(COUNTRIES)[: FEWEST + 5]


def _facts(**values: float) -> list[Fact]:
    """Give all countries a figure, each twice that of the one before it; and the world, which is no country."""
    line = {code: 2.0**at for at, code in enumerate(CODES)} | values
    found = [fact(value, subject=code, period="2015") for code, value in line.items()]
    return [*found, fact(1e60, subject=WORLD, period="2015")]


@pytest.mark.parametrize(("at", "place", "verdict"), [
    (-1, 1, V.SUPPORTED), (-1, 2, V.UNSUPPORTED), (-2, 2, V.SUPPORTED), (-2, 1, V.UNSUPPORTED), (0, 105, V.SUPPORTED),
])  # fmt: skip
def test_a_place_is_one_among_all_countries(at: int, place: int, verdict: V) -> None:
    found = placed(CODES[at], place, _facts(), YEAR, METRIC)
    assert found is not None
    assert found[0] is verdict
    assert found[2][0].fact.subject == CODES[at]


def test_who_is_too_near_to_tell_has_no_place() -> None:
    facts = _facts(**{CODES[-2]: 2.0 ** (FEWEST + 4) * 0.99})
    assert [verdict[0] for place in (1, 2, 3) if (verdict := placed(CODES[-1], place, facts, YEAR, METRIC))] == [
        V.NOT_CHECKABLE, V.NOT_CHECKABLE, V.UNSUPPORTED,
    ]  # fmt: skip


def test_among_few_countries_or_of_another_time_a_place_says_nothing() -> None:
    assert placed(CODES[-1], 1, _facts()[-50:], YEAR, METRIC) is None
    assert placed(CODES[-1], 1, _facts(), period("2016"), METRIC) is None
    assert placed("ZZ", 1, _facts(), YEAR, METRIC) is None


def test_the_newest_vintage_says_whether_it_is_more_than_half() -> None:
    facts = [fact(0.6, period="2015", published="2016"), fact(0.4, period="2015", published="2020")]
    assert [found[0] for given in (facts, facts[:1]) if (found := halved(given, YEAR, METRIC))] == [
        V.UNSUPPORTED, V.SUPPORTED,
    ]  # fmt: skip
    assert halved(facts, period("2014"), METRIC) is None


@pytest.mark.parametrize(("quote", "place"), [
    ("has the most users", 1), ("ranks first", 1), ("came second", 2), ("in third place", 3), ("ranked 97th", 97),
    ("in 12th place", 12), ("the second largest", 2), ("most Chinese are online", None), ("the first conference", None),
    ("in the 21st century", None), ("the largest in Asia", None),
])  # fmt: skip
def test_a_place_is_read_where_one_is_claimed(quote: str, place: int | None) -> None:
    assert place_of(quote) == place
