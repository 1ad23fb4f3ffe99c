"""Status reports over statistics: every chapter, every figure with its evidence, the same bytes again."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest

from tests.figures.made_series import series
from tests.figures.profiles import profile_errors
from tests.figures.surveys import MemorySurvey, case, survey
from tests.report import materials
from tests.report.read_pages import Page, loose_ends
from trigpoint.errors import CountryError, InputError
from trigpoint.figures.data import Data
from trigpoint.figures.indicator import compute
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.figures.stored import read
from trigpoint.model.figure import WORLD
from trigpoint.report import Statistics, Survey, write
from trigpoint.report.chapters import CHAPTERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REJECTS = ("users.csv, line 7: a share above 100 %",)
LARGEST = 3_000_000  # bytes of a page
SUBJECTS = ("CN", "KE", "world")


def _statistics() -> Statistics:
    return Statistics(ledger=materials.ledger(), rejects=REJECTS)


@pytest.fixture(scope="module", autouse=True)
def _without_png() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        materials.leave_out_png(patch)
        yield


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports on a country, another one, and the world, from statistics alone."""
    top = tmp_path_factory.mktemp("status")
    return {name: write(name, top / name, statistics=_statistics()).page.parent for name in SUBJECTS}


def _content(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return found


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_chapter_stands_in_its_place(reports: dict[str, Path], name: str) -> None:
    ids = [one for one in Page(reports[name] / "index.html").ids if one.startswith("chapter-")]
    assert ids == [f"chapter-{chapter.id}" for chapter in CHAPTERS]


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_link_leads_somewhere_and_no_id_is_given_twice(reports: dict[str, Path], name: str) -> None:
    assert loose_ends(reports[name]) == []
    for path in reports[name].rglob("*.html"):
        ids = Page(path).ids
        assert len(ids) == len(set(ids)), path


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_number_that_is_quoted_is_a_figure_with_a_row_of_evidence(reports: dict[str, Path], name: str) -> None:
    known = {figure["id"] for figure in _content(reports[name])["figures"]}
    evidence = {one for path in (reports[name] / "evidence").glob("figures-*.html") for one in Page(path).ids}
    quoted = Page(reports[name] / "index.html").figures
    assert quoted.keys() <= known
    assert known <= evidence


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_ledger_is_closed_and_every_source_has_its_record(reports: dict[str, Path], name: str) -> None:
    content = _content(reports[name])
    known = {figure["id"] for figure in content["figures"]}
    hashes = {record["sha256"][:16] for record in content["records"]}
    for figure in content["figures"]:
        assert set(figure["inputs"]) <= known
        assert set(figure["sources"]) <= hashes


def test_evidence_tells_source_licence_vintage_hash_transformation_and_inputs(reports: dict[str, Path]) -> None:
    text = Page(reports["CN"] / "evidence" / "figures-internet.html").text
    for word in ("World Bank", "CC-BY-4.0", "2025-10-01", "product", "internet_users_share.CN.2023", "population"):
        assert word in text


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_package_describes_every_table_as_it_is(reports: dict[str, Path], name: str) -> None:
    package = json.loads((reports[name] / "datapackage.json").read_bytes())
    there = {path.relative_to(reports[name]).as_posix() for path in reports[name].rglob("*.csv")}
    assert {one["path"] for one in package["resources"]} == there
    assert profile_errors(package) == []
    for one in package["resources"]:
        content = (reports[name] / one["path"]).read_bytes()
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        head = content.decode().splitlines()[0].split(",")
        assert [field["name"] for field in one["schema"]["fields"]] == head


def test_two_runs_give_the_same_bytes(reports: dict[str, Path], tmp_path: Path) -> None:
    again = write("KE", tmp_path / "again", statistics=_statistics()).page.parent
    first, second = (
        {path.relative_to(top): path.read_bytes() for path in top.rglob("*") if path.is_file()}
        for top in (reports["KE"], again)
    )
    assert first == second


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_page_is_small_and_carries_no_program_and_no_request(reports: dict[str, Path], name: str) -> None:
    path = reports[name] / "index.html"
    assert path.stat().st_size < LARGEST
    page = Page(path)
    assert not page.tags & {"script", "iframe", "object", "embed"}
    assert 'src="http' not in path.read_text(encoding="utf-8")


def test_intervals_and_both_scales_of_the_index_stand_side_by_side(reports: dict[str, Path]) -> None:
    rows = {row["what"]: row for row in _rows(reports["CN"], "index")}
    ranked = rows["Median rank, with the range of nine draws in ten"]
    for scale in ("per_head", "total"):
        assert float(ranked[f"{scale}_low"]) <= float(ranked[scale]) <= float(ranked[f"{scale}_high"])
        assert ranked[f"{scale}_id"] == f"index.{scale}.median_rank.CN.2023"


def test_the_world_ranks_countries_and_a_country_does_not(reports: dict[str, Path]) -> None:
    text = {name: Page(path / "index.html").text for name, path in reports.items()}
    assert "IPv4 addresses in total, by country" in text["world"]
    assert "IPv4 addresses in total, by country" not in text["KE"]


def test_the_treatment_of_hong_kong_macao_and_taiwan_stands_at_tables_that_depend_on_it(
    reports: dict[str, Path],
) -> None:
    words = "Hong Kong, Macao, Taiwan listed apart from China"
    assert words in Page(reports["CN"] / "index.html").text
    assert words in Page(reports["world"] / "index.html").text


def test_older_vintages_stand_beside_the_newest(reports: dict[str, Path]) -> None:
    revised = {row["earlier_id"]: row for row in _rows(reports["CN"], "revisions")}
    row = revised["internet_users_share.CN.2023@2025-01-24"]
    assert row["newest_id"] == "internet_users_share.CN.2023"
    assert float(row["newest"]) < float(row["earlier"])


def test_rejects_are_told_in_the_annex(reports: dict[str, Path]) -> None:
    assert REJECTS[0] in Page(reports["CN"] / "index.html").text
    assert [row["reject"] for row in _rows(reports["CN"], "unread")] == list(REJECTS)
    assert _content(reports["CN"])["rejects"] == list(REJECTS)


def test_without_statistics_sections_say_which_source_and_which_command(tmp_path: Path) -> None:
    empty = Statistics(ledger=Ledger(Basis(subject=WORLD, period="", vintage="", sources=())))
    folder = write("CN", tmp_path / "r", statistics=empty).page.parent
    text = Page(folder / "index.html").text
    commands = ("update users", "update population", "update delegations", "update domains", "update vrps")
    for command in (*(f"trigpoint figures {one}" for one in commands), "--survey DIR", "--compare PREVIOUS"):
        assert command in text
    assert "Not measured is not open" in text
    assert loose_ends(folder) == []


def test_names_and_routing_are_shown_where_they_are_known(tmp_path: Path) -> None:
    known = [series(metric, {(WORLD, "2026-05-18"): 1438.0}) for metric in ("tlds", "idn_tlds", "vrps")]
    folder = write("world", tmp_path / "r", statistics=Statistics(ledger=compute(Data(known)))).page.parent
    assert [row["id"] for row in _rows(folder, "routing")] == [f"vrps.{WORLD}.2026-05-18"]
    quoted = Page(folder / "index.html").figures
    assert quoted[f"tlds.{WORLD}.2026-05-18"] == "1\u202f438"
    assert loose_ends(folder) == []


def test_a_code_of_nobody_needs_measurements(tmp_path: Path) -> None:
    for code in ("XA", "XL"):
        with pytest.raises(CountryError, match="needs measurements"):
            write(code, tmp_path / "r", statistics=_statistics())


def test_with_a_survey_its_pages_fill_the_chapter_on_openness(tmp_path: Path) -> None:
    held = survey(case("a", "x.example", "blocked", country="KE"))
    folder = write("KE", tmp_path / "r", statistics=_statistics(), survey=Survey(tables=held)).page.parent
    page = Page(folder / "index.html")
    assert {"matrix", "targets", "users", "index"} <= set(page.ids)
    assert "not_measured" not in page.ids
    assert page.figures["blocking.targets"] == "1"
    assert loose_ends(folder) == []


def _laboratory() -> MemorySurvey:
    held = survey(case("a", country="KE"))
    held.frames["measurements"] = held.frames["measurements"].with_columns(lab_world=pl.lit("iran"))
    return held


@pytest.mark.parametrize("subject", ["KE", "world"])
@pytest.mark.parametrize(
    "given",
    [Survey(tables=survey(case("a", country="KE")), fictional=True), Survey(tables=_laboratory())],
    ids=["fictional", "laboratory"],
)
def test_statistics_never_stand_beside_measurements_that_are_invented(
    given: Survey, subject: str, tmp_path: Path
) -> None:
    folder = write(subject, tmp_path / "r", statistics=_statistics(), survey=given).page.parent
    page = Page(folder / "index.html")
    assert "says nothing about any country" in page.text
    ids = [one for one in page.ids if one.startswith("chapter-")]
    assert ids == ["chapter-openness", "chapter-annex"]
    assert _content(folder)["records"] == []


def test_the_world_with_a_survey_sets_its_countries_side_by_side(tmp_path: Path) -> None:
    held = survey(case("a", "x.example", "blocked", country="KE"), case("b", country="UG"))
    folder = write("world", tmp_path / "r", statistics=_statistics(), survey=Survey(tables=held)).page.parent
    rows = {row["what"]: row for row in _rows(folder, "openness_countries")}
    assert {name: row["targets_with_signs"] for name, row in rows.items()} == {"Kenya": "1.0", "Uganda": "0.0"}
    assert rows["Kenya"]["targets_id"] == "coverage.targets.KE"
    assert "not measured is not open" in Page(folder / "index.html").text
    assert loose_ends(folder) == []


def test_a_country_too_small_to_be_published_is_left_out_of_the_world(tmp_path: Path) -> None:
    held = survey(case("a", country="KE"))
    survey_given = Survey(tables=held, publish=True)
    folder = write("world", tmp_path / "r", statistics=_statistics(), survey=survey_given).page.parent
    assert _rows(folder, "openness_countries") == []
    assert _content(folder)["is_published"] is True


def earlier() -> Ledger:
    """Give an edition in which the newest year was not known yet, and the year before was said otherwise."""
    given = materials.ledger()
    kept = [one for one in given if not (one.period.startswith("2023") and one.metric.startswith("internet_users"))]
    said = [
        msgspec.structs.replace(one, value=0.5, low=None, high=None, interval=None, vintage="2024-01-01")
        if one.id == "internet_users_share.CN.2022" else one
        for one in kept
    ]  # fmt: skip
    return Ledger.restored(Basis(subject="CN", period="", vintage="", sources=()), said, given.records)


def test_an_earlier_edition_is_compared_and_each_step_has_its_figures(tmp_path: Path) -> None:
    folder = write("CN", tmp_path / "r", statistics=_statistics(), earlier=earlier()).page.parent
    (revised,) = [row for row in _rows(folder, "changes_revised") if row["after_id"] == "internet_users_share.CN.2022"]
    assert revised["before_id"] == "earlier.internet_users_share.CN.2022"
    (grown,) = [row for row in _rows(folder, "changes_world") if row["after_id"] == "internet_users_share.CN.2023"]
    assert grown["before_id"] == "internet_users_share.CN.2022"
    share = {one["id"]: one["value"] for one in _content(folder)["figures"]}
    assert float(grown["difference"]) == pytest.approx(
        100 * (share["internet_users_share.CN.2023"] - share["internet_users_share.CN.2022"])
    )
    units = {one["id"]: one["unit"] for one in _content(folder)["figures"]}
    assert units["change.world.internet_users_share.CN.2023"] == "percentage points"
    assert loose_ends(folder) == []


def test_an_edition_on_another_subject_is_no_earlier_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is on CN, and this one on KE"):
        write("KE", tmp_path / "r", statistics=_statistics(), earlier=earlier())


def test_an_edition_compared_with_itself_has_not_changed(reports: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(reports["KE"], tmp_path / "before")
    folder = write("KE", tmp_path / "r", statistics=_statistics(), earlier=read(tmp_path / "before")).page.parent
    for cause in ("world", "revised", "source", "method"):
        assert _rows(folder, f"changes_{cause}") == []
