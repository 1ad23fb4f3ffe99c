from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CORPUS
from trigpoint.figures import default, indicator
from trigpoint.figures.data import Data
from trigpoint.model.figure import WORLD
from trigpoint.reference.statistics import names, tables, values
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger

FREE = {"MIT", "Apache-2.0", "CC0-1.0", "CC-BY-4.0", "LicenseRef-public-domain", "MPL-2.0"}
OF_DOMAINS = {one.metric for one in default.extract() if one.metric.startswith(f"{names.METRIC}.")}
OF_THE_WORLD = {"tlds", "cctlds", "idn_tlds"}


def test_the_extract_is_small_and_free_and_says_its_vintage() -> None:
    found = default.extract()
    assert {series.metric for series in found} == {
        "ipv4_addresses", "internet_users_share", "population", *OF_THE_WORLD, *OF_DOMAINS
    }  # fmt: skip
    assert len(OF_DOMAINS) > 250
    for series in found:
        assert set((series.record.licence or "").replace(" OR ", " AND ").split(" AND ")) <= FREE
        assert series.record.vintage
        is_of_one = series.metric in OF_DOMAINS or {point.subject for point in series.points} == {WORLD}
        assert len(series.points) > 150 or is_of_one
    size = sum(
        len(file.read_bytes()) for file in files("trigpoint.figures.default").iterdir() if file.name.endswith(".json")
    )
    assert size <= default.LARGEST


def test_nothing_of_the_extract_is_rejected() -> None:
    for file in files("trigpoint.figures.default").iterdir():
        if file.name.endswith(".json"):
            origin = Origin(name=file.name, organisation="", url="", licence=None)
            read = names.read if file.name.startswith(default.NAMES) else values.read
            assert read(file.read_bytes(), origin).rejects == ()


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return indicator.compute(Data(default.series()))


def test_shares_of_the_world_bank_are_those_of_another_copy_of_its_series() -> None:
    """To a hundredth of a per cent, which is how finely the extract has them."""
    path = CORPUS / "indicators" / "development" / "owid_wdi_individuals_using_internet_pct_2025-01.csv"
    if not path.is_file():
        pytest.skip("the corpus is not here")
    (other,) = tables.read(path.read_bytes(), Origin(name="copy", organisation="", url="", licence=None)).series
    (own,) = (one for one in default.extract() if one.metric == "internet_users_share" and "rounded" not in one.flags)
    copied = {(point.subject, point.period): point.value for point in other.points if point.period >= "2000"}
    ours = {(point.subject, point.period): point.value for point in own.points}
    assert {key for key in copied.keys() ^ ours.keys() if key[0] != "FO"} == set()  # the copy leaves out one
    assert [key for key in copied.keys() & ours.keys() if abs(copied[key] - ours[key]) > 0.51e-4] == []


@pytest.mark.parametrize("country", ["CN", "DE", "KE"])
def test_offline_the_development_of_a_country_is_there(ledger: Ledger, country: str) -> None:
    for metric in ("internet_users", "internet_users_share", "internet_users_growth", "internet_users_distance"):
        assert f"{metric}.{country}.2022" in ledger
    last = max(figure.period for figure in ledger.of("internet_users_share") if figure.subject == country)
    assert f"internet_users_projected.{country}.{int(last) + 5}" in ledger
    assert [figure for figure in ledger.of("internet_users_projected_error") if figure.subject == country]


def test_offline_the_names_of_a_country_are_there(ledger: Ledger) -> None:
    (count,) = (figure for figure in ledger.of("country_domains") if figure.subject == "CN")
    assert [ledger[name].label for name in count.inputs] == [".cn", ".中国", ".中國"]
    assert {figure.subject for figure in ledger.of("country_domains")} >= {"GB", "ER", "HK", "TW", "US"}
    (britain,) = (figure for figure in ledger.of("country_domains") if figure.subject == "GB")
    assert ".uk" in [ledger[name].label for name in britain.inputs]


def test_offline_the_world_grows_from_one_source(ledger: Ledger) -> None:
    assert ledger["internet_users_growth.001.2015"].value == pytest.approx(0.0767, abs=0.001)
    assert "internet_users_growth.001.2023" not in ledger  # its people are those of 2022
    assert "partial" in ledger["internet_users.001.2015"].flags  # the sum of the economies that were listed


def test_a_rounded_copy_stands_beside_the_number(ledger: Ledger) -> None:
    figure = ledger["internet_users_share.CN.2023"]
    assert (figure.value, figure.low, figure.high) == (0.7748, 0.7748, 0.78)
    assert ledger["internet_users_share.CN.2023@2026-02"].flags == ("other source", "estimate", "rounded")
