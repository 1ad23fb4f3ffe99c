"""Sections of what is on record: the conference, membership, findings of others, tampering, claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.figures.surveys import realistic
from tests.report.editions import SECTIONS
from trigpoint.figures import default, statistics
from trigpoint.figures.record import load
from trigpoint.model.figure import WORLD
from trigpoint.model.series import Intake
from trigpoint.report import Statistics, Survey
from trigpoint.report.assembly import edition_of

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

OF_THE_RECORD = ("reported", "editions", "membership", "claims", "security_needs")


@pytest.fixture(scope="module")
def known() -> Statistics:
    found = statistics.compiled(Intake(series=default.series()))
    return Statistics(ledger=found, rejects=())


@pytest.fixture(scope="module")
def china(known: Statistics) -> Edition:
    return edition_of("CN", statistics=known)


@pytest.fixture(scope="module")
def world(known: Statistics) -> Edition:
    return edition_of("world", statistics=known)


def _table(edition: Edition, section: str, name: str) -> PageTable:
    (found,) = [table for table in SECTIONS[section].tables(edition) if table.name == name]
    return found


def _column(table: PageTable, name: str) -> list[str]:
    return table.frame[name].to_list()


def test_a_country_shows_what_was_reported_of_it_and_the_world_everything(china: Edition, world: Edition) -> None:
    own = _table(china, "reported", "reported")
    assert own.total == len(load.findings().of("CN")) > 3
    assert "Signal, on most of 28 networks" in _column(own, "what")
    assert _table(world, "reported", "reported").total == len(load.findings().finding)
    assert {"China", "Kenya", "Russia"} <= set(_column(_table(world, "reported", "reported"), "place"))


def test_of_a_country_that_nobody_reported_nothing_is_said(known: Statistics) -> None:
    assert _table(edition_of("NO", statistics=known), "reported", "reported").total == 0


def test_each_statement_has_its_source_apart_in_its_csv(world: Edition) -> None:
    table = _table(world, "reported", "reported")
    assert all(_column(table, "source"))
    assert set(_column(table, "is_second_hand")) == {"true", "false"}
    conflicts = _table(world, "editions", "edition_conflicts")
    assert all(_column(conflicts, "title"))


def test_editions_stand_with_what_sources_disagree_on(china: Edition) -> None:
    table = _table(china, "editions", "editions")
    rows = {row["year"]: row for row in table.frame.iter_rows(named=True)}
    assert (rows["2020"]["conflicts"], rows["2015"]["conflicts"]) == ("days, name, edition", "")
    assert rows["2026"]["sources"] == "no source on record"
    said = _table(china, "editions", "edition_conflicts")
    assert "held in place of the seventh" in _column(said, "value")
    counted = _column(_table(china, "editions", "editions_counted"), "id")
    assert {"conference_editions.WIC.2025", "conference_participants.WIC.2023"} <= set(counted)


def test_states_that_are_called_members_are_named_as_an_error(china: Edition, world: Edition) -> None:
    errors = _table(china, "membership", "category_errors")
    assert "Algeria, Sudan, Somalia, Russia" in _column(errors, "countries")
    own = [name for name in _column(_table(china, "membership", "members"), "id") if "initiators" in name]
    assert own == ["conference_initiators.CN.2022-07"]
    assert len([name for name in _column(_table(world, "membership", "members"), "id") if "initiators" in name]) == 2
    assert "not on record" in _column(_table(world, "membership", "founders"), "seat")


def test_tampering_is_told_by_each_way_of_counting_and_asked_for_elsewhere(china: Edition, world: Edition) -> None:
    values = _table(china, "tampering", "tampering").frame["value"].to_list()
    assert {3081.0, 9398.0} <= set(values)  # the years' and the months' count
    assert not SECTIONS["tampering"].has(world)
    assert SECTIONS["tampering"].needs
    assert SECTIONS["security_needs"].values(world)["needs"]


def test_claims_of_a_country_and_of_the_world_lead_to_their_evidence(china: Edition, world: Edition) -> None:
    claims, evidence = (_table(china, "claims", name) for name in ("claims", "claims_evidence"))
    assert claims.total == _table(world, "claims", "claims").total == 14
    linked = [cell.href for row in evidence.rows for cell in row if cell.kind == "count" and cell.text]
    assert linked
    assert all(href and href.startswith("evidence/figures-") for href in linked)
    named = {href.rpartition("#")[2] for href in linked if href}
    assert all(name in china.ledger for name in named)


def test_a_claim_has_the_same_verdict_in_every_report(china: Edition, world: Edition) -> None:
    """A report takes a part of all figures: what bears on a claim is always in it."""
    told = [_table(edition, "claims", "claims").frame.select("quote", "verdict", "why") for edition in (china, world)]
    assert told[0].equals(told[1])


def test_claims_of_another_country_are_left_out(known: Statistics) -> None:
    assert _table(edition_of("KE", statistics=known), "claims", "claims").total == 6  # the world's, the conference's


@pytest.mark.parametrize("name", OF_THE_RECORD)
def test_beside_invented_measurements_nothing_of_the_record_stands(name: str, known: Statistics) -> None:
    held = Survey(tables=realistic("XL"), fetch=None, publish=False, fictional=True)
    assert not SECTIONS[name].has(edition_of("XL", statistics=known, survey=held))


def test_what_cannot_be_measured_is_said_in_every_report(china: Edition, world: Edition) -> None:
    for edition in (china, world):
        assert SECTIONS["unmeasurable"].has(edition)
        assert any("monitoring" in what for what in _column(_table(edition, "unmeasurable", "unmeasurable"), "what"))


def test_a_list_of_shutdowns_is_asked_for_until_there_is_one(china: Edition) -> None:
    assert SECTIONS["reported"].values(china)["needs"]
    assert china.series("shutdowns_reported", WORLD)
