from __future__ import annotations

import msgspec
import numpy as np
import pytest

from tests.figures.index.tables import TWO
from trigpoint.figures.index.intake import gather, publish, publish_scale, without_unknown
from trigpoint.figures.ledger import Basis, Interval, Ledger, Topic
from trigpoint.model.figure import WORLD, IntervalKind
from trigpoint.model.provenance import SourceRecord

BASIS = Basis(subject=WORLD, period="2024", vintage="v", sources=())


def _record(vintage: str) -> SourceRecord:
    return SourceRecord(
        organisation="x", series="y", url="z", licence="MIT", sha256=vintage.rjust(64, "0"), vintage=vintage
    )


def _add(ledger: Ledger, subject: str, metric: str, year: int, value: float | None, **more: object) -> None:
    vintage = str(more.get("vintage", "2025"))
    topic = Topic(
        id=f"{metric}.{subject}.{year}.{vintage}",
        label=metric,
        unit="x",
        subject=subject,
        period=str(year),
        metric=metric,
    )
    interval = more.get("interval")
    ledger.publish(topic, value, _record(vintage), interval if isinstance(interval, Interval) else None)


def _ledger() -> Ledger:
    ledger = Ledger(BASIS)
    for country, share, addresses, price in (("BB", 0.3, 10, 15), ("AA", 0.8, 500, 2)):
        _add(ledger, country, "share", 2024, share)
        _add(ledger, country, "addresses", 2024, addresses)
        _add(ledger, country, "price", 2024, price)
    return ledger


def test_figures_become_a_table_in_the_order_of_countries_and_leaves() -> None:
    found = gather(_ledger(), TWO, 2024)
    assert found.table.countries == ("AA", "BB")
    assert found.table.values.tolist() == [[0.8, 500, 2], [0.3, 10, 15]]
    assert found.inputs["AA"] == ("share.AA.2024.2025", "addresses.AA.2024.2025", "price.AA.2024.2025")
    assert not found.table.is_imputed.any()


def test_an_older_figure_stands_in_and_is_marked_and_one_too_old_does_not() -> None:
    ledger = _ledger()
    for year in (2020, 2022):
        _add(ledger, "CC", "share", year, 0.5)
    _add(ledger, "CC", "price", 2020, 4)
    _add(ledger, "CC", "addresses", 2024, None)
    found = gather(ledger, TWO, 2024).table
    assert found.values[2, 0] == 0.5
    assert found.is_imputed[2].tolist() == [True, False, False]
    assert np.isnan(found.values[2, 1:]).all()


def test_the_newest_vintage_is_taken_and_what_others_say_widens_its_interval() -> None:
    ledger = _ledger()
    _add(ledger, "AA", "share", 2024, 0.7, vintage="2026")
    _add(ledger, "BB", "share", 2024, 0.4, vintage="2026", interval=Interval(0.35, 0.6, IntervalKind.SOURCE_SPREAD))
    found = gather(ledger, TWO, 2024).table
    assert (found.values[0, 0], found.low[0, 0], found.high[0, 0]) == (0.7, 0.7, 0.8)
    assert (found.values[1, 0], found.low[1, 0], found.high[1, 0]) == (0.4, 0.3, 0.6)


def test_the_world_is_no_country() -> None:
    ledger = _ledger()
    _add(ledger, WORLD, "share", 2024, 0.7)
    assert gather(ledger, TWO, 2024).table.countries == ("AA", "BB")


def test_an_index_goes_back_into_the_ledger_with_what_it_stands_on() -> None:
    ledger = _ledger()
    _add(ledger, "CC", "share", 2023, 0.5)
    gathered = gather(ledger, TWO, 2024)
    publish(ledger, gathered, TWO, year=2024, seed=3, draws=200)
    rank = ledger["index.two.rank.AA.2024"]
    assert (rank.value, rank.inputs, rank.licence) == (1, gathered.inputs["AA"], "MIT")
    median = ledger["index.two.median_rank.BB.2024"]
    assert (median.value, median.low, median.high, median.interval) == (2, 2, 2, IntervalKind.MONTE_CARLO_90)
    assert ledger["index.two.score.AA.2024"].value == pytest.approx(np.sqrt(80 * (np.log10(500) * 25 + 90) / 2))
    assert ledger["index.two.in_top_ten.BB.2024"].value == 1
    assert ledger["index.two.rank_without.price.BB.2024"].value == 2
    assert not [figure for figure in ledger if figure.subject == "CC" and figure.metric.startswith("index.")]


def test_what_never_varies_is_explained_by_nothing() -> None:
    ledger = _ledger()
    publish(ledger, gather(ledger, TWO, 2024), TWO, year=2024, seed=3, draws=200)
    assert not [figure for figure in ledger if ".explained." in figure.metric]


def test_the_choice_between_two_indices_is_told_of_countries_in_both() -> None:
    ledger = _ledger()
    turned = msgspec.structs.replace(
        TWO,
        id="turned",
        dimensions=tuple(
            msgspec.structs.replace(
                dimension,
                leaves=tuple(
                    msgspec.structs.replace(leaf, more_is_better=not leaf.more_is_better) for leaf in dimension.leaves
                ),
            )
            for dimension in TWO.dimensions
        ),
    )
    both = {
        one.id: publish(ledger, gather(ledger, one, 2024), one, year=2024, seed=3, draws=200) for one in (TWO, turned)
    }
    publish_scale(ledger, both, year=2024)
    assert ledger["index.both.explained.scale.AA.2024"].value == 1
    publish_scale(ledger, {"two": both["two"]}, year=2025)
    assert "index.both.explained.scale.AA.2025" not in ledger


def test_a_rank_that_stands_on_an_older_figure_says_so() -> None:
    ledger = _ledger()
    for metric, year in (("share", 2022), ("addresses", 2024), ("price", 2024)):
        _add(ledger, "CC", metric, year, 0.5)
    publish(ledger, gather(ledger, TWO, 2024), TWO, year=2024, seed=3, draws=200)
    assert ledger["index.two.rank.CC.2024"].flags == ("imputed",)


def test_how_often_a_country_is_above_the_next_one_is_told_of_all_but_the_last() -> None:
    ledger = _ledger()
    _add(ledger, "CC", "share", 2024, 0.5)
    _add(ledger, "CC", "addresses", 2024, 40)
    _add(ledger, "CC", "price", 2024, 8)
    publish(ledger, gather(ledger, TWO, 2024), TWO, year=2024, seed=1, draws=200)
    ranked = sorted(ledger.of("index.two.rank"), key=lambda figure: figure.value)
    assert [figure.subject for figure in ranked] == ["AA", "CC", "BB"]
    above = {figure.subject: figure.value for figure in ledger.of("index.two.above_next")}
    assert above == {"AA": 1, "CC": 1}  # they are better at everything


def test_what_no_country_has_a_figure_of_is_left_out_of_the_index() -> None:
    ledger = Ledger(BASIS)
    _add(ledger, "AA", "share", 2024, 0.8)
    _add(ledger, WORLD, "addresses", 2024, 10)
    _add(ledger, "AA", "price", 2024, None)
    assert [leaf.id for leaf in without_unknown(ledger, TWO).leaves] == ["share"]
    assert without_unknown(_ledger(), TWO) == TWO


def test_flags_are_on_everything_that_is_published() -> None:
    ledger = _ledger()
    publish(ledger, gather(ledger, TWO, 2024), TWO, year=2024, seed=3, draws=60, flags=("partial",))
    found = [figure for figure in ledger if figure.metric.startswith("index.")]
    assert found
    assert {figure.flags for figure in found} == {("partial",)}
