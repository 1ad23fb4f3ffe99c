"""What must hold of every indicator, whatever it measures; and a case worked out by hand for each."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figures.made_series import series, years
from trigpoint.errors import DeclarationError
from trigpoint.figures import indicator, shares
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import all_indicators, compute, in_order
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.figures.transformations import TRANSFORMATIONS
from trigpoint.model.figure import WORLD, IntervalKind

if TYPE_CHECKING:
    from trigpoint.model.series import Series

METRICS = sorted({metric for entry in all_indicators().values() for metric in entry.sources})
ALL = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
SHARES = [0.30, 0.34, 0.38, 0.42, 0.46, 0.48, 0.50, 0.53, 0.54, 0.59]


def _values(metric: str, country: str) -> dict[tuple[str, str], float]:
    factor = {"AA": 1.0, "BB": 3.0, WORLD: 2.0}[country]
    if metric == "internet_users_share":
        return years(country, 2010, *(share * factor / 3 for share in SHARES))
    return years(country, 2010, *(1000.0 * factor + at for at in range(10)))


def _all(*countries: str) -> list[Series]:
    return [
        series(metric, {key: value for country in countries for key, value in _values(metric, country).items()})
        for metric in METRICS
        if metric != "internet_users"
    ]


@cache
def _full() -> Ledger:
    return compute(Data(_all("AA", "BB", WORLD)))


@pytest.mark.parametrize("name", all_indicators())
def test_an_indicator_says_what_it_is(name: str) -> None:
    entry = all_indicators()[name]
    assert entry.question
    assert not entry.question.endswith("?")
    assert entry.unit
    assert entry.method
    assert entry.caveats
    assert all(len(caveat) > 10 for caveat in entry.caveats)
    assert bool(entry.sources or entry.after) != bool(entry.counted)
    assert set(entry.after) <= set(all_indicators())


@pytest.mark.parametrize("name", [name for name, entry in all_indicators().items() if entry.counted is None])
def test_an_indicator_has_figures_where_its_sources_have_values(name: str) -> None:
    own = [figure for figure in _full() if figure.metric == name]
    assert own
    assert {figure.unit for figure in own} == {all_indicators()[name].unit}
    assert all(figure.licence == "CC-BY-4.0" and figure.sources and figure.label for figure in own)


@pytest.mark.parametrize("name", [name for name, entry in all_indicators().items() if entry.counted is not None])
def test_an_indicator_of_surveys_counts_in_all_by_category_and_by_mechanism(name: str) -> None:
    entry = all_indicators()[name]
    assert entry.counted is not None
    ledger = Ledger(Basis(subject="IR", period="", vintage="x", sources=()))
    groups = (("all", "all targets"), ("category", "NEWS"), ("mechanism", "tls.reset"))
    counts = {entry.counted.cases: 2, entry.counted.of: 8}
    empty = dict.fromkeys(("targets_with_signs", "targets_decided", "networks_with_signs", "networks"), 0)
    shares.add(ledger, pl.DataFrame([{"group": group, "name": word} | empty | counts for group, word in groups]))
    own = [figure for figure in ledger if figure.id.startswith(f"{entry.counted.name}.")]
    assert {figure.id.removeprefix(f"{entry.counted.name}.") for figure in own} == {
        "all", "category.NEWS", "mechanism.tls.reset",
    }  # fmt: skip
    for figure in own:
        assert (figure.value, figure.numerator, figure.denominator, figure.unit) == (0.25, 2, 8, entry.unit)
        assert figure.interval is IntervalKind.WILSON_95
        assert figure.low is not None
        assert figure.high is not None
        assert 0 < figure.low < 0.25 < figure.high < 1


def test_of_nothing_there_is_nothing() -> None:
    assert len(compute(Data())) == 0


def test_one_country_alone_has_figures_and_no_inequality() -> None:
    ledger = compute(Data(_all("AA")))
    metrics = {figure.metric for figure in ledger}
    assert "internet_users_growth" in metrics
    assert metrics & {"ipv4_gini", "asns_gini", "internet_users_distance"} == set()


@pytest.mark.parametrize("year", [2010, 2014, 2019])
def test_a_missing_year_takes_nothing_else_away(year: int) -> None:
    without = [
        series(
            one.metric,
            {(point.subject, point.period): point.value for point in one.points if point.period != str(year)},
        )
        for one in _all("AA", "BB", WORLD)
    ]
    there = {figure.id: figure for figure in compute(Data(without))}
    published = {figure.id for figure in _full() if figure.transformation == "published" and figure.period != str(year)}
    assert published <= there.keys()
    assert not any(figure.period == str(year) and figure.transformation == "published" for figure in there.values())


@settings(max_examples=5)
@given(st.permutations(range(len(METRICS) - 1)))
def test_the_order_of_series_does_not_matter(order: list[int]) -> None:
    made = _all("AA", "BB", WORLD)
    assert list(compute(Data([made[at] for at in order]))) == list(_full())


def test_every_derived_figure_can_be_computed_again() -> None:
    derived = [figure for figure in _full() if figure.transformation in TRANSFORMATIONS]
    assert derived
    assert all(_full().recomputed(figure.id) == figure.value for figure in derived)


def test_each_stands_after_what_it_takes() -> None:
    order = in_order()
    assert sorted(order) == list(all_indicators())
    assert all(order.index(before) < order.index(name) for name in order for before in all_indicators()[name].after)


def test_indicators_that_wait_for_each_other_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"a": SimpleNamespace(after=("b",)), "b": SimpleNamespace(after=("a",))}
    monkeypatch.setattr(indicator, "all_indicators", lambda: made)
    with pytest.raises(DeclarationError, match="wait for each other, or for one that there is not: a, b"):
        in_order()


# By hand


def test_users_are_the_share_times_the_people() -> None:
    figure = _full()["internet_users.AA.2010"]
    assert figure.value == pytest.approx(0.1 * 1000)
    assert figure.inputs == ("internet_users_share.AA.2010", "population.AA.2010")
    assert _full()["internet_users_growth.AA.2011"].value == pytest.approx(0.34 / 3 * 1001 / 100 - 1)
    distance = _full()["internet_users_distance.BB.2010"]
    assert (distance.value, distance.unit) == (pytest.approx(10), "percentage points")


def test_what_a_source_says_of_users_stands_before_what_is_computed() -> None:
    said = series("internet_users", {("AA", "2010"): 123.0}, organisation="ITU")
    ledger = compute(Data([*_all("AA"), said]))
    assert (ledger["internet_users.AA.2010"].value, ledger["internet_users.AA.2010"].transformation) == (
        123,
        "published",
    )
    assert ledger["internet_users.AA.2011"].transformation == "product"
    assert "internet_users_growth.AA.2011" not in ledger  # of two sources


def test_two_vintages_are_both_shown_and_are_the_interval() -> None:
    old = series("internet_users_share", {(WORLD, "2023"): 0.674}, "2025-01-24")
    new = series("internet_users_share", {(WORLD, "2023"): 0.654}, "2025-07-01")
    ledger = compute(Data([old, new]))
    figure = ledger["internet_users_share.001.2023"]
    assert (figure.value, figure.low, figure.high, figure.interval) == (
        0.654,
        0.654,
        0.674,
        IntervalKind.VINTAGE_SPREAD,
    )
    older = ledger["internet_users_share.001.2023@2025-01-24"]
    assert (older.value, older.vintage, older.flags) == (0.674, "2025-01-24", ("older vintage",))


def test_two_sources_are_the_interval_of_what_is_counted_and_of_its_inequality() -> None:
    people = series("population", {("AA", "2026"): 1.0, ("BB", "2026"): 1.0})
    one = series(
        "ipv4_addresses",
        {("AA", "2026-10-01"): 1.0, ("BB", "2026-10-01"): 3.0},
        "2026-10-01",
        organisation="a",
        sha256="a" * 64,
    )
    two = series(
        "ipv4_addresses",
        {("AA", "2026-10-01"): 2.0, ("BB", "2026-10-01"): 2.0},
        "2026-10-01",
        organisation="b",
        sha256="b" * 64,
    )
    few = series("ipv4_addresses", {("AA", "2026-10-01"): 9.0}, "2026-10-01", organisation="0", sha256="0" * 64)
    ledger = compute(Data([people, one, two, few]))
    counted = ledger["ipv4_addresses.AA.2026-10-01"]
    assert (counted.value, counted.low, counted.high, counted.interval) == (2, 1, 9, IntervalKind.SOURCE_SPREAD)
    assert len([figure for figure in ledger if figure.id.startswith("ipv4_addresses.AA.2026-10-01@2026-10-01")]) == 2
    found = ledger["ipv4_gini.001.2026-10-01"]
    assert (found.value, found.low, found.high) == (0, 0, 0.25)


def test_registries_of_a_part_of_the_world_make_no_inequality_of_the_world() -> None:
    people = series("population", {("AA", "2026"): 1.0, ("BB", "2026"): 1.0})
    values = {("AA", "2026-05-05"): 1.0, ("BB", "2026-05-05"): 3.0}
    part = series("ipv4_addresses", values, "2026-05-05", whole="registries", parts=("apnic",))
    ledger = compute(Data([people, part]))
    assert ledger["ipv4_addresses.AA.2026-05-05"].flags == ("partial",)
    assert "ipv4_gini.001.2026-05-05" not in ledger
    whole = series("ipv4_addresses", values, "2026-05-05", whole="registries", parts=ALL)
    assert compute(Data([people, whole]))["ipv4_gini.001.2026-05-05"].value == pytest.approx(0.25)


def test_where_nobody_holds_anything_there_is_no_inequality() -> None:
    people = series("population", {("AA", "2026"): 1.0, ("BB", "2026"): 1.0})
    none = series("asns", {("AA", "2026"): 0.0, ("BB", "2026"): 0.0})
    assert "asns_gini.001.2026" not in compute(Data([people, none]))


def test_people_of_three_years_before_stand_in_and_are_marked() -> None:
    people = series("population", {("AA", "2023"): 10.0, ("BB", "2022"): 10.0})
    counts = series("asns", {("AA", "2026-05-05"): 5.0, ("BB", "2026-05-05"): 5.0})
    ledger = compute(Data([people, counts]))
    assert (ledger["asns_per_head.AA.2026-05-05"].value, ledger["asns_per_head.AA.2026-05-05"].flags) == (
        0.5,
        ("imputed",),
    )
    assert "asns_per_head.BB.2026-05-05" not in ledger


def test_a_projection_stands_beside_its_error() -> None:
    share = series("internet_users_share", years("AA", 2005, *(0.05 * at for at in range(1, 16))))
    ledger = compute(Data([share]))
    figure = ledger["internet_users_projected.AA.2020"]
    assert (figure.interval, figure.flags) == (IntervalKind.MODEL_SPREAD, ("projection",))
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= 0.8 <= figure.high
    error = ledger["internet_users_projected_error.AA.2019"]
    assert (error.period, error.transformation) == ("2015/2019", "trigpoint.figures.projection.back_test")
    assert (error.unit, error.flags) == ("percentage points", ())
    assert 0.2 < float(error.value or 0) < 20


def test_what_stands_on_two_sources_of_one_thing_says_so() -> None:
    known = series("internet_users_share", years("AA", 2005, *(0.05 * at for at in range(1, 16))))
    other = series("internet_users_share", {("AA", "2021"): 0.9, (WORLD, "2015"): 0.4}, organisation="Somebody else")
    ledger = compute(Data([known, other]))
    assert "several sources" in ledger["internet_users_projected.AA.2026"].flags
    assert "several sources" in ledger["internet_users_projected_error.AA.2021"].flags
    assert "several sources" in ledger["internet_users_distance.AA.2015"].flags


def test_a_copy_in_whole_per_cents_widens_no_interval_unless_it_says_something_else() -> None:
    exact = series("internet_users_share", {("AA", "2015"): 0.834, ("BB", "2015"): 0.834})
    whole = msgspec.structs.replace(
        series("internet_users_share", {("AA", "2015"): 0.83, ("BB", "2015"): 0.85}, organisation="Somebody else"),
        flags=("rounded",),
    )
    ledger = compute(Data([exact, whole]))
    same, other = (ledger[f"internet_users_share.{country}.2015"] for country in ("AA", "BB"))
    assert (same.value, same.low, same.interval) == (0.834, None, None)
    assert (other.value, other.low, other.high) == (0.834, 0.834, 0.85)
    assert "internet_users_share.AA.2015@2025-01-24" in ledger  # it is told all the same


def test_an_inequality_over_people_of_another_year_says_so() -> None:
    counts = {("AA", "2020-05-01"): 1.0, ("BB", "2020-05-01"): 3.0}
    for year, flags in (("2020", ()), ("2018", ("imputed",))):
        people = series("population", {("AA", year): 1.0, ("BB", year): 1.0})
        assert compute(Data([people, series("asns", counts)]))["asns_gini.001.2020-05-01"].flags == flags


def test_shares_of_the_world_are_of_one_period() -> None:
    shares = series("internet_users_share", {**years("AA", 2014, 0.5, 0.6), (WORLD, "2015"): 0.4})
    people = series("population", {**years("AA", 2014, 10, 10), (WORLD, "2015"): 100})
    ledger = compute(Data([shares, people]))
    assert ledger["internet_users_of_world.AA.2015"].value == pytest.approx(6 / 40)
    assert "internet_users_of_world.AA.2014" not in ledger
    assert [figure for figure in ledger.of("internet_users_of_world") if figure.subject == WORLD] == []


def test_domains_of_a_country_are_counted_and_each_is_told_by_its_name() -> None:
    held = {("CN", "2026-10-22"): 44.0}
    ledger = compute(Data([
        series("suffixes_below.cn", held), series("suffixes_below.xn--fiqs8s", dict.fromkeys(held, 0.0)),
        series("suffixes_below.ke", {("KE", "2026-10-22"): 7.0}),
    ]))  # fmt: skip
    count, below = ledger["country_domains.CN.2026-10-22"], ledger["country_suffixes.CN.2026-10-22"]
    assert (count.value, below.value) == (2, 44)
    assert [ledger[name].label for name in count.inputs] == [".cn", ".中国"]
    assert ledger["country_domains.KE.2026-10-22"].value == 1


def test_a_country_of_which_people_are_not_known_takes_no_part_in_an_inequality() -> None:
    people = series("population", {("AA", "2026"): 1.0, ("BB", "2026"): 1.0})
    counts = series("asns", {("AA", "2026"): 1.0, ("BB", "2026"): 3.0, ("KE", "2026"): 9.0})
    assert compute(Data([people, counts]))["asns_gini.001.2026"].value == pytest.approx(0.25)


def test_shares_of_months_are_not_projected() -> None:
    share = series("internet_users_share", {("AA", f"2015-{month:02}"): 0.5 for month in range(1, 11)})
    assert not [figure for figure in compute(Data([share])) if figure.metric == "internet_users_projected"]
