"""What reports say without a network: the summary, names, what is missing, and sentences held against the ledger."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.counting import uncounted
from tests.report.editions import SECTIONS
from tests.report.materials import leave_out_png
from trigpoint.figures import default, statistics
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import compute
from trigpoint.model.figure import WORLD
from trigpoint.model.series import Intake
from trigpoint.report import Statistics
from trigpoint.report.assembly import edition_of
from trigpoint.report.language import speaking
from trigpoint.report.pages import page
from trigpoint.report.parts import chapters_of
from trigpoint.report.sections.figures import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.report.edition import Edition


_PAGES: dict[tuple[int, str], tuple[Edition, str]] = {}
"""Pages that are made already, by edition and language, with the edition: each has all its charts drawn."""


@pytest.fixture(scope="module", autouse=True)
def _without_pictures() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        leave_out_png(patch)
        yield


@pytest.fixture(scope="module")
def known() -> Statistics:
    return Statistics(ledger=statistics.compiled(Intake(series=default.series())))


@pytest.fixture(scope="module")
def editions(known: Statistics) -> dict[str, Edition]:
    return {subject: edition_of(subject, statistics=known) for subject in ("CN", "KE", "world")}


def _text(edition: Edition, section: str, language: str = "en") -> str:
    """Give the words of a section, without markup."""
    if (id(edition), language) not in _PAGES:
        with speaking(language), uncounted():
            _PAGES[id(edition), language] = edition, page("index.html", edition, chapters=chapters_of(edition))
    _, written = _PAGES[id(edition), language]
    (own,) = re.findall(rf'<section id="{section}">(.*?)</section>', written, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", own)).replace("\xa0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize("subject", ["CN", "KE", "world"])
def test_offline_a_summary_has_twelve_figures_and_names_what_files_would_bring(
    editions: dict[str, Edition], subject: str
) -> None:
    values = SECTIONS["figures"].values(editions[subject])
    tiles = values["tiles"]
    assert len(tiles) == MOST == len({tile.id for tile in tiles})
    assert all(tile.value is not None for tile in tiles)
    commands = {need.command for need in values["needs"]}
    assert commands == {f"trigpoint figures update{more}" for more in ("", " delegations", " vrps")}
    said = _text(editions[subject], "figures")
    assert "trigpoint figures update delegations" in said
    assert "some is not at hand" not in said


def test_what_is_at_hand_is_not_named_as_missing(editions: dict[str, Edition]) -> None:
    for subject in ("CN", "world"):
        missing, here = SECTIONS["missing"].tables(editions[subject])
        assert not {"tlds", "cctlds", "ipv4_gini", "conference_editions"} & set(missing.frame["indicator"])
        assert {"tlds", "cctlds", "ipv4_gini"} <= set(here.frame["indicator"])
        assert {"asns", "root_instances", "vrps"} <= set(missing.frame["indicator"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_country_s_own_names_are_told(editions: dict[str, Edition], language: str) -> None:
    said = _text(editions["CN"], "names", language)
    assert (".cn, .中国, .中國." if language == "en" else ".cn、.中国、.中國。") in said
    root = editions["CN"].newest("tlds", WORLD)
    assert root is not None
    assert f"{root.value:.0f}" in said.replace(" ", "").replace(",", "")
    (table,) = SECTIONS["names"].tables(editions["CN"])
    assert {".cn", ".中国", ".中國"} <= set(table.frame["what"])


def test_of_the_world_countries_with_most_domains_are_told(editions: dict[str, Edition]) -> None:
    _, countries = SECTIONS["names"].tables(editions["world"])
    assert countries.frame["what"][0] == "India"


def test_a_distance_between_shares_is_told_in_percentage_points_with_the_shares_of_its_year(
    editions: dict[str, Edition],
) -> None:
    edition = editions["CN"]
    distance = edition.newest("internet_users_distance")
    assert distance is not None
    said = _text(edition, "users")
    assert f"In {distance.period} the share was" in said
    assert re.search(r"the first less the second is 10\.1 percentage points", said)
    assert "个百分点" in _text(edition, "users", "zh")


def test_without_growth_the_distance_is_told_all_the_same() -> None:
    from tests.figures.made_series import series, years  # noqa: PLC0415 - of this test alone

    shares = {**years("KE", 2022, 0.3), **years(WORLD, 2022, 0.6)}
    ledger = compute(Data([series("internet_users_share", shares)]))
    said = _text(edition_of("KE", statistics=Statistics(ledger=ledger)), "users")
    assert "the first less the second is -30.0 percentage points" in said
    assert "their number changed" not in said


def test_growth_names_both_of_its_years(editions: dict[str, Edition]) -> None:
    growth = editions["CN"].newest("internet_users_growth")
    assert growth is not None
    assert f"From {int(growth.period) - 1} to {growth.period} their number changed by" in _text(editions["CN"], "users")


def test_a_sum_of_countries_says_what_is_not_in_it(editions: dict[str, Edition]) -> None:
    assert "Those under codes of no country" in _text(editions["world"], "addresses")
    assert "Those under codes of no country" not in _text(editions["CN"], "addresses")
    assert "of those registered in all countries" in _text(editions["CN"], "addresses")


def test_a_projection_of_several_sources_is_flagged(editions: dict[str, Edition]) -> None:
    assert "several sources" in _text(editions["world"], "projection")
    assert "several sources" not in _text(editions["CN"], "projection")
