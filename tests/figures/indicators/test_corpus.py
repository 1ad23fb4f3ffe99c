"""Facts that the indicators must give from real files of several sources and vintages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import CORPUS
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import compute
from trigpoint.model.figure import WORLD, IntervalKind
from trigpoint.reference.statistics import registries, roots, shutdowns, tables
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.series import Series

FOLDER = CORPUS / "indicators"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpus of indicators is not here")


def _origin(organisation: str, vintage: str) -> Origin:
    return Origin(name="file", organisation=organisation, url="u", licence="CC-BY-4.0", vintage=vintage)


def _series() -> list[Series]:
    development, resources, openness = (FOLDER / name for name in ("development", "resources", "openness"))
    old = development / "owid_wdi_individuals_using_internet_pct_2025-01.csv"
    new = development / "worldbank_IT.NET.USER.ZS_WLD_vintage2025b.csv"
    sites = resources / "root_server_sites_20260518.json"
    early, later = resources / "delegated-apnic-20101217.gz", resources / "delegated-apnic-extended-20160131.gz"
    access, ioda = openness / "shutdowns_2016-2022_clean.csv", openness / "ioda_curated_outages_2018-2021.csv"
    found = (
        tables.read(old.read_bytes(), _origin("World Bank", "2025-01-24")),
        tables.read(new.read_bytes(), _origin("World Bank", "2025-07-01"), "internet_users_share"),
        roots.read(sites.read_bytes(), _origin("root-servers.org", "2026-05-18")),
        registries.read(early.read_bytes(), _origin("APNIC", "")),
        registries.read(later.read_bytes(), _origin("APNIC", "")),
        shutdowns.read(access.read_bytes(), _origin("Access Now", "2023-07")),
        shutdowns.read(ioda.read_bytes(), _origin("IODA", "2023-11")),
    )
    return [series for one in found for series in one.series]


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return compute(Data(_series()))


def test_both_vintages_of_the_world_in_2023_are_shown(ledger: Ledger) -> None:
    figure = ledger[f"internet_users_share.{WORLD}.2023"]
    assert (figure.value, figure.high) == (pytest.approx(0.654), pytest.approx(0.674))
    assert figure.interval is IntervalKind.VINTAGE_SPREAD
    older = ledger[f"internet_users_share.{WORLD}.2023@2025-01-24"]
    assert (older.value, older.flags) == (pytest.approx(0.674), ("older vintage",))


def test_root_servers_of_china_in_may_2026(ledger: Ledger) -> None:
    assert [ledger[f"{metric}.CN.2026-05-18"].value for metric in ("root_sites", "root_instances")] == [24, 30]
    assert len([figure for figure in ledger.of("root_sites") if figure.subject != WORLD]) == 181
    assert [ledger[f"{metric}.{WORLD}.2026-05-18"].value for metric in ("root_sites", "root_instances")] == [1584, 2020]


def test_a_file_of_one_registry_is_a_part_and_says_so(ledger: Ledger) -> None:
    figure = ledger["ipv4_addresses.CN.2010-12-17"]
    assert (figure.value, figure.flags) == (276_586_240, ("partial",))


def test_addresses_of_china_grow_by_a_fifth_in_five_years(ledger: Ledger) -> None:
    """277 million in 2010, 337 million in January 2016."""
    (figure,) = [one for one in ledger.of("ipv4_addresses_change") if one.subject == "CN"]
    assert (figure.period, figure.value) == ("2010-12-17/2016-01-31", pytest.approx(0.218, abs=0.001))
    assert ledger["ipv4_addresses.CN.2016-01-31"].value == pytest.approx(336.9e6, abs=0.1e6)


def test_two_lists_of_shutdowns_are_sources_of_the_same_thing(ledger: Ledger) -> None:
    """The blackout of Iran in November 2019: eight days in one list, in hours and minutes in the other."""
    figure = ledger["shutdown_hours.IR.2019"]
    assert (figure.low, figure.high, figure.interval) == (192, 198.5, IntervalKind.SOURCE_SPREAD)
