"""``tools/extract.py``: what it makes of the files that it is given."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.reference.publisher import Publisher
from trigpoint.model.figure import WORLD
from trigpoint.reference.statistics import values
from trigpoint.reference.statistics.folder import statistics_home
from trigpoint.reference.statistics.reading import Origin
from trigpoint.reference.statistics.update import update

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

ORIGIN = Origin(name="file", organisation="", url="", licence=None)


@pytest.fixture
def extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("extract", ROOT / "tools" / "extract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "default")
    return module


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()


def _series(folder: Path, name: str) -> tuple[Any, dict[tuple[str, str], float]]:
    found = values.read((folder / "default" / f"{name}.json").read_bytes(), ORIGIN)
    (series,) = found.series
    assert found.rejects == ()
    return series, {(point.subject, point.period): point.value for point in series.points}


def _profile(domain: str, users: str, people: object) -> str:
    country = {"Internet country code": {"text": domain}, "Internet users": {"percent of population": {"text": users}}}
    return json.dumps({"Communications": country, "People and Society": {"Population": people}})


PROFILES = {
    "africa/ke": _profile(".ke", "35% (2023 est.)", {"total": {"text": "58,246,378 (2025 est.)"}}),
    "europe/uk": _profile(".uk", "94.8% (2014 est.)", {"text": "64,088,222 (July 2015 est.)\nnote: as of 1"}),
    "middle-east/gz": _profile(".ps", "86% (2023 est.)", {"total": {"text": "2,000,000 (2025 est.)"}}),
    "middle-east/we": _profile(".ps", "86% (2023 est.)", {"total": {"text": "3,000,000 (2025 est.)"}}),
    "europe/ee": _profile(".eu; note", "84.8% (2014)", {"text": "513,949,445 (2015 est.)"}),
    "africa/xx-none": _profile("", "less than 1% (2009)", {"text": "19,625,353"}),
    "asia/kn": _profile(".kp", "less than 0.1% (2021)", {"text": "26,402,841"}),
    "world/xx": _profile("", "74% (2025 est.)", {"total": {"text": "8,057,236,243 (2024 est.)"}}),
}


def test_profiles_of_the_factbook_give_shares_and_people_by_year(extract: ModuleType, tmp_path: Path) -> None:
    for name, text in PROFILES.items():
        path = tmp_path / "profiles" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    extract.main(["factbook", str(tmp_path / "profiles"), "--vintage", "2026-02", "--package", "somewhere 1"])
    series, shares = _series(tmp_path, "internet_users_share_factbook_2026")
    assert shares == {("KE", "2023"): 0.35, ("GB", "2014"): 0.948, (WORLD, "2025"): 0.74}
    assert (series.record.vintage, series.flags) == ("2026-02", ("estimate", "rounded"))
    assert _series(tmp_path, "population_factbook_2026")[1] == {
        ("KE", "2025"): 58_246_378, ("GB", "2015"): 64_088_222, ("PS", "2025"): 5_000_000,
        (WORLD, "2024"): 8_057_236_243,
    }  # fmt: skip


def test_people_of_the_world_bank_are_read_and_their_sum_is_flagged(extract: ModuleType, tmp_path: Path) -> None:
    table = tmp_path / "countrypops.csv"
    lines = ("KR,1960,1", "KR,2019,51", "KR,2020,52", "KE,2019,NA", "KE,2020,53", "JG,2020,2")
    table.write_text("\n".join(["country_code_2,year,population", *lines]))
    extract.main(["people", str(table), "--vintage", "2023", "--package", "somewhere 1"])
    series, people = _series(tmp_path, "population_world_bank")
    assert people == {("KR", "2019"): 51, ("KR", "2020"): 52, ("KE", "2020"): 53}
    assert (series.record.organisation, series.record.licence) == ("World Bank", "CC-BY-4.0")
    series, world = _series(tmp_path, "population_world_bank_sum")
    assert world == {(WORLD, "2019"): 51, (WORLD, "2020"): 107}
    assert series.flags == ("partial",)


@pytest.mark.parametrize("lines_before", ["", '\ufeff"Data Source","World Development Indicators",\n\n'])
def test_shares_are_read_out_of_the_table_of_the_world_bank(
    extract: ModuleType, tmp_path: Path, lines_before: str
) -> None:
    rows = (
        '"Country Name","Country Code","Indicator Name","Indicator Code","1999","2022","2023",',
        '"China","CHN","Individuals","IT.NET.USER.ZS","0.7","75.6113","77.4827",',
        '"World","WLD","Individuals","IT.NET.USER.ZS","","","67.4",',
        '"Arab World","ARB","Individuals","IT.NET.USER.ZS","","60","",',
        '"Sint Maarten (Dutch part)","SXM","Individuals","IT.NET.USER.ZS","","","",',
    )
    table = tmp_path / "API.csv"
    table.write_text(lines_before + "\n".join(rows), encoding="utf-8")
    extract.main(["users", str(table), "--vintage", "2024-11", "--package", "somewhere 1"])
    series, shares = _series(tmp_path, "internet_users_share_world_bank")
    assert shares == {("CN", "2022"): 0.75611, ("CN", "2023"): 0.77483, (WORLD, "2023"): 0.674}
    assert (series.record.vintage, series.record.licence) == ("2024-11", "CC-BY-4.0")


def test_domains_are_counted(extract: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(json.dumps(["com", "ke", "cn", "中国", "xn--p1ai"]))
    extract.main(["domains", str(tmp_path / "index.json"), "--vintage", "2025-10", "--package", "tlds 1"])
    counts = [_series(tmp_path, name)[1][WORLD, "2025-10"] for name in ("tlds", "cctlds", "idn_tlds")]
    assert counts == [5, 2, 2]


LIST = """// VERSION: 2026-10-22_08-36-41_UTC
foreign.before
// ===BEGIN ICANN DOMAINS===
cn
com.cn
网络.cn
// xn--fiqs8s ("Zhongguo/China", Chinese, Simplified) : CN
// CNNIC
中国
// xn--nnx388a ("Taiwan", Chinese, variant) : TW
臺灣
uk
*.sch.uk
!www.sch.uk
*.er
eu
com
// ===END ICANN DOMAINS===
blogspot.cn
"""


def test_domains_of_countries_are_read_from_the_public_suffix_list(extract: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(LIST, encoding="utf-8")
    (tmp_path / "root.json").write_text(json.dumps(["com", "cn", "中国", "uk", "er", "eu", "ke"]))
    extract.main(["suffixes", str(tmp_path / "list"), str(tmp_path / "root.json"), "--package", "list 1"])
    content = json.loads((tmp_path / "default" / "country_domains.json").read_bytes())
    assert content["domains"] == {"CN": {"cn": 2, "xn--fiqs8s": 0}, "ER": {"er": 1}, "GB": {"uk": 1}}
    assert (content["vintage"], content["licence"]) == ("2026-10-22", "MPL-2.0")


def test_answers_of_the_world_bank_become_the_extract_as_they_were_downloaded(
    extract: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    monkeypatch.setenv("TRIGPOINT_REFERENCE", str(tmp_path / "reference"))
    for path, code, rows in (
        ("/users", "IT.NET.USER.ZS", {"1999": 1, "2015": 50.3, "2016": None}),
        ("/people", "SP.POP.TOTL", {"2015": 47e6}),
    ):
        entries = [
            {"indicator": {"id": code}, "country": {"id": country}, "date": year, "value": value}
            for country in ("KE", "1W", "ZJ")
            for year, value in rows.items()
        ]
        publisher.files[path] = json.dumps([{"page": 1, "pages": 1, "lastupdated": "2026-07-01"}, entries]).encode()
    addresses = {"users": publisher.url("/users"), "population": publisher.url("/people")}
    assert [outcome.problem for outcome in update(addresses, addresses)] == [None, None]
    extract.main(["world-bank", "--data", str(statistics_home())])
    series, shares = _series(tmp_path, "internet_users_share_world_bank")
    assert shares == {("KE", "2015"): 0.503, (WORLD, "2015"): 0.503}  # nothing of before 2000, no groups of countries
    assert (series.record.vintage, series.record.licence) == ("2026-07-01", "CC-BY-4.0")
    assert _series(tmp_path, "population_world_bank")[1]["KE", "2015"] == 47e6
