"""The record: what it must hold, and how statements that disagree are told."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from trigpoint.errors import DeclarationError
from trigpoint.figures.claims import facts
from trigpoint.figures.claims.periods import period
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import compute
from trigpoint.figures.record import load, series
from trigpoint.figures.record.edition import About, Edition, Saying, Standing
from trigpoint.model.figure import IntervalKind
from trigpoint.reference.countries import COUNTRIES

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger


def _cited() -> list[str]:
    members, findings = load.members(), load.findings()
    sayings = chain.from_iterable(edition.said for edition in load.editions())
    told = chain(sayings, members.count, members.fact, members.initiator, members.category_error, findings.finding,
                 findings.shutdowns, findings.unmeasurable)  # fmt: skip
    names = [one.source for one in told] + [one.seat_source for one in members.initiator]
    return [name for name in names if name]


def test_every_statement_has_a_source_and_every_source_a_statement() -> None:
    assert set(_cited()) == set(load.sources())
    for edition in load.editions():
        assert all(saying.source for saying in edition.said)
    assert all(one.source for one in load.findings().finding)


@pytest.mark.parametrize("name", load.sources())
def test_a_source_says_who_printed_it_and_when(name: str) -> None:
    source = load.cited(name)
    assert source.organisation
    assert source.title
    assert source.published == "" or period(source.published)
    assert source.url == "" or source.url.startswith(("https://", "http://"))


def test_a_source_that_is_not_there_is_an_error_of_the_project() -> None:
    with pytest.raises(DeclarationError, match=r"cites nobody, which is not in sources\.toml"):
        load.cited("nobody")


def test_there_is_an_entry_for_each_year_and_days_are_days() -> None:
    years = [edition.year for edition in load.editions()]
    assert years == list(range(2014, 2027))
    for edition in load.editions():
        for saying in edition.on(About.DAYS):
            first, last = (date.fromisoformat(day) for day in saying.text.split("/"))
            assert first <= last
            assert first.year == edition.year
        assert all(date.fromisoformat(saying.text).year == edition.year for saying in edition.on(About.OPENING))
        assert (edition.days is None) == (edition.said == ())


@pytest.mark.parametrize("edition", load.editions(), ids=lambda edition: edition.year)
def test_a_statement_is_text_or_number_as_what_it_is_about_asks(edition: Edition) -> None:
    for saying in edition.said:
        is_number = saying.about in {About.PARTICIPANTS, About.COUNTRIES, About.EDITION}
        assert (saying.number is not None) == is_number
        assert is_number or saying.text
        assert saying.bound in {"", "over", "about"}


def test_countries_of_the_record_are_countries() -> None:
    members, findings = load.members(), load.findings()
    named = [name for error in members.category_error for name in error.names]
    named += [one.seat for one in members.initiator if one.seat] + [one.country for one in findings.finding]
    assert set(named) <= set(COUNTRIES)
    assert all(period(one.period) for one in findings.finding)


# Conflicts


def _edition(*said: Saying) -> Edition:
    return Edition(of="MEET", year=2014, said=said)


def _said(about: About, value: str | float, **more: str) -> Saying:
    is_text = isinstance(value, str)
    return Saying(about=about, text=value if is_text else "", number=None if is_text else value,
                  source=more.pop("source", "s"), **more)  # type: ignore[arg-type]  # fmt: skip


def _conflicts(*said: Saying) -> list[About]:
    return [group[0].about for group in _edition(*said).conflicts]


@pytest.mark.parametrize(
    ("said", "conflicts"),
    [
        ((_said(About.DAYS, "2014-11-19/2014-11-21"), _said(About.DAYS, "2014-11-18/2014-11-21")), [About.DAYS]),
        ((_said(About.DAYS, "2014-11-19/2014-11-21"), _said(About.DAYS, "2014-11-19/2014-11-21")), []),
        ((_said(About.DAYS, "2014-11-19/2014-11-21"), _said(About.OPENING, "2014-11-20")), [About.DAYS]),
        ((_said(About.DAYS, "2014-11-19/2014-11-21"), _said(About.OPENING, "2014-11-19")), []),
        ((_said(About.OPENING, "2014-11-19"),), []),
        ((_said(About.THEME, "a"), _said(About.THEME, "b")), [About.THEME]),
        ((_said(About.OUTCOME, "a"), _said(About.OUTCOME, "b")), []),  # there may be several
        ((_said(About.COUNTRIES, 83), _said(About.COUNTRIES, 70, bound="over")), []),
        ((_said(About.COUNTRIES, 60), _said(About.COUNTRIES, 70, bound="over")), [About.COUNTRIES]),
        ((_said(About.PARTICIPANTS, 1600), _said(About.PARTICIPANTS, 1500, bound="about")), []),
        ((_said(About.PARTICIPANTS, 1600), _said(About.PARTICIPANTS, 1000, bound="about")), [About.PARTICIPANTS]),
        ((_said(About.PARTICIPANTS, 2100), _said(About.PARTICIPANTS, 1500, standing=Standing.ANNOUNCED)), []),
        ((_said(About.EDITION, 1), _said(About.EDITION, 0)), [About.EDITION]),
    ],
)  # fmt: skip
def test_statements_that_cannot_all_be_so_are_a_conflict(said: tuple[Saying, ...], conflicts: list[About]) -> None:
    assert _conflicts(*said) == conflicts


def test_what_sources_of_the_record_disagree_on_is_kept() -> None:
    found = {edition.year: [group[0].about for group in edition.conflicts] for edition in load.editions()}
    assert found[2020] == [About.DAYS, About.NAME, About.EDITION]
    assert (found[2024], found[2015]) == ([About.DAYS], [])


# Figures


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return compute(Data(series.series()))


def test_whether_an_edition_counts_is_in_the_interval(ledger: Ledger) -> None:
    figure = ledger["conference_editions.WIC.2022"]
    assert (figure.value, figure.low, figure.high, figure.interval) == (9, 8, 9, IntervalKind.SOURCE_SPREAD)
    assert ledger["conference_editions.WIC.2019"].low is None
    assert len(figure.inputs) == 9
    assert "conference_editions.WIC.2026" not in ledger


def test_numbers_of_sources_that_disagree_are_spread_and_none_is_lost(ledger: Ledger) -> None:
    figure = ledger["conference_participants.WIC.2022"]
    assert (figure.value, figure.low, figure.high) == (2100, 2000, 2100)
    assert ledger["conference_participants.WIC.2022@2022-11-10"].value == 2000
    assert ledger["shutdowns_reported.001.2022"].low == 187


def test_announced_numbers_stand_only_where_nobody_tells_of_what_was_held(ledger: Ledger) -> None:
    assert ledger["conference_participants.WIC.2021"].low is None  # the announcement of "nearly 2,000" is left out
    assert "announced" in ledger["conference_held.WIC.2020"].flags


def test_founders_are_counted_by_a_seat_that_a_source_gives(ledger: Ledger) -> None:
    found = {figure.subject: figure.value for figure in ledger.of("conference_initiators")}
    assert found == {"CN": 4, "GB": 1}
    assert ledger["conference_initiators.CN.2022-07"].flags == ("partial",)


def test_what_is_told_at_second_hand_is_flagged(ledger: Ledger) -> None:
    assert "second-hand" in ledger["conference_participants.WIC.2020"].flags
    assert "second-hand" not in ledger["conference_participants.WIC.2015"].flags


def test_claims_count_the_editions_of_the_record() -> None:
    editions = facts.base().editions
    assert len(editions) == 12
    assert (editions[0].first_day, editions[0].last_day) == ("2014-11-19", "2014-11-21")
    assert editions[0].url == load.cited("register_2014").url
