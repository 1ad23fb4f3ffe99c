"""``trigpoint figures``: claims from a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.figures.surveys import case, survey
from tests.reference.publisher import Publisher
from trigpoint.report import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.commands import Said


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()


CLAIM = {"id": "a", "quote": "is projected to grow", "subject": "China", "metric": "internet_users", "value": 850e6,
         "asof": "2015-12", "kind": "forecast"}  # fmt: skip
MEMBERS = {"id": "b", "quote": "members", "subject": "WIC", "metric": "membership", "value": ["RUS"], "asof": "2022-11",
           "kind": "observation"}  # fmt: skip


def _file(folder: Path, *claims: object) -> Path:
    path = folder / "claims.json"
    path.write_text(json.dumps(claims), encoding="utf-8")
    return path


def test_a_claim_is_told_with_the_facts_that_bear_on_it(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("figures", "claims", _file(tmp_path, CLAIM, MEMBERS))
    assert said.out.startswith("a: target not forecast\n  “is projected to grow” (China, internet_users, 2015-12)\n")
    assert "  - 850,000,000 (target) for 2015: State Council of China, Broadband China" in said.out
    assert "688,000,000 for 2015-12 [residents aged 6 and over, survey]: CNNIC" in said.out
    assert "said 2016-01-22; the claim is +23.5% off; told beside\n    https://www.cnnic" in said.out
    assert "b: category error" in said.out
    assert "  - some GSMA" not in said.out
    assert (said.status, said.sentence) == (0, "2 claims checked, 0 could not be read")


def test_verdicts_are_lines_for_programs(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("figures", "claims", _file(tmp_path, CLAIM), "--format", "jsonl", "--quiet")
    (line,) = [json.loads(line) for line in said.out.splitlines()]
    assert (line["verdict"], line["rule"], line["bearings"][0]["fact"]["value"]) == (
        "target_not_forecast", "claim.wanted", 850e6,
    )  # fmt: skip
    assert said.err == ""


def test_what_cannot_be_read_is_told_and_the_rest_is_checked(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("figures", "claims", _file(tmp_path, {"id": 3}, CLAIM))
    assert said.status == 0
    assert "claims.json: claim 1: " in said.err
    assert said.err.endswith("1 claims checked, 1 could not be read\n")
    missing = trigpoint("figures", "claims", tmp_path / "none.json")
    assert (missing.status, "cannot be read" in missing.sentence) == (2, True)


def test_claims_are_held_against_figures_too(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    roots = CLAIM | {"subject": "Kenya", "value": 13, "metric": "root_instances", "kind": "observation",
                     "asof": "2026-03"}  # fmt: skip
    file, folder = _file(tmp_path, roots), _statistics(tmp_path / "data")
    assert trigpoint("figures", "claims", file).out.startswith("a: not checkable")
    said = trigpoint("figures", "claims", file, "--data", folder)
    assert said.out.startswith("a: supported")
    assert "  - 13 for 2026-03-01: o, " in said.out


TABLE = "Entity,Code,Year,Share of the population using the Internet\n" + "".join(
    f"{name},{code},{year},{50 + at + year - 2010}\n"
    for at, (name, code) in enumerate((("Kenya", "KEN"), ("Uganda", "UGA"), ("China", "CHN")))
    for year in range(2010, 2025)
)
PEOPLE = "Entity,Code,Year,Population\nKenya,KEN,2024,56000000\nUganda,UGA,2024,50000000\nChina,CHN,2024,1400000000\n"
ROOTS = [
    {"root": f"{letter}-root", "country": code, "instances": 1} for letter in "ABCDEFGHIJKLM" for code in ("KE", "CN")
]


def _statistics(folder: Path) -> Path:
    folder.mkdir()
    common = 'organisation = "o"\nurl = "https://example.org"\nlicence = "CC-BY-4.0"\nvintage = "2026-03-01"\n'
    formats = {"users.csv": "table", "people.csv": "table", "roots.json": "roots"}
    told = "".join(f'["{name}"]\nformat = "{form}"\n{common}' for name, form in formats.items())
    (folder / "sources.toml").write_text(told)
    (folder / "users.csv").write_text(TABLE)
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "roots.json").write_text(json.dumps(ROOTS))
    return folder


def test_offline_there_are_the_extract_the_record_and_cited_facts_and_the_rest_says_what_it_needs(
    trigpoint: Callable[..., Said], tmp_path: Path
) -> None:
    said = trigpoint("figures", "compute", "--to", tmp_path / "figures")
    assert said.status == 0
    assert "asns_per_head: no figure; it needs asns, population" in said.err
    assert "trigpoint figures update, or --data" in said.err
    figures = json.loads((tmp_path / "figures" / "ledger.json").read_bytes())["figures"]
    metrics = {figure["metric"] for figure in figures}
    assert metrics >= {"ipv4_per_head", "internet_users", "cctlds", "conference_editions", "shutdowns_reported"}
    assert not metrics & {"asns", "root_sites", "vrps"}
    assert any("cited" in figure["flags"] for figure in figures)


def test_shares_of_a_survey_stand_beside_the_indicators(
    trigpoint: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = survey(case("a", asn=1, state="blocked"), case("b", "b.example", asn=2))
    opened = Survey(tables=held, fetch=None, publish=False)
    monkeypatch.setattr("trigpoint.cli.figures.opened_survey", lambda *_, **__: opened)
    assert trigpoint("figures", "compute", "--survey", "any", "--to", tmp_path / "figures").status == 0
    figures = json.loads((tmp_path / "figures" / "ledger.json").read_bytes())["figures"]
    (share,) = [figure for figure in figures if figure["metric"] == "openness.targets.all"]
    assert (share["subject"], share["numerator"], share["denominator"], share["interval"]) == ("IR", 1, 2, "wilson-95")


def test_invented_measurements_never_stand_beside_statistics(
    trigpoint: Callable[..., Said], surveyed: Path, tmp_path: Path
) -> None:
    said = trigpoint("figures", "compute", "--survey", surveyed / "survey", "--to", tmp_path / "figures")
    assert (said.status, "invented or of the lab" in said.sentence) == (2, True)
    assert not (tmp_path / "figures").exists()


def test_with_data_both_indices_stand_side_by_side(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    folder = _statistics(tmp_path / "data")
    (folder / "stray.csv").write_text("a")
    said = trigpoint("figures", "compute", "--data", folder, "--to", tmp_path / "figures", "--quiet")
    assert (
        said.err == f"trigpoint: {folder / 'stray.csv'}: sources.toml does not say what it is and where it comes from\n"
    )
    content = json.loads((tmp_path / "figures" / "ledger.json").read_bytes())
    ranks = {figure["id"]: figure["value"] for figure in content["figures"] if ".rank." in figure["id"]}
    assert sorted(ranks) == [
        f"index.{scale}.rank.{code}.2026" for scale in ("per_head", "total") for code in ("CN", "KE")
    ]
    assert ranks["index.total.rank.CN.2026"] == 1
    assert any(figure["metric"] == "index.both.explained.scale" for figure in content["figures"])
    assert len(content["rejects"]) == 1


def test_own_weights_make_indices_beside_the_published_ones(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    folder, to = _statistics(tmp_path / "data"), tmp_path / "figures"
    said = trigpoint("figures", "compute", "--data", folder, "--weight", "use=3", "--to", to, "--quiet")
    assert said.status == 0
    metrics = {figure["metric"] for figure in json.loads((to / "ledger.json").read_bytes())["figures"]}
    assert metrics >= {f"index.{name}.rank" for name in ("per_head", "per_head_own", "total", "total_own")}


@pytest.mark.parametrize(
    ("weight", "why"), [("use", "no ID=NUMBER"), ("speed=1", "no dimension or"), ("use=-1", "above zero")]
)
def test_a_weight_that_cannot_be_used_is_one_sentence(
    trigpoint: Callable[..., Said], tmp_path: Path, weight: str, why: str
) -> None:
    said = trigpoint("figures", "compute", "--weight", weight, "--to", tmp_path / "figures")
    assert (said.status, why in said.sentence) == (2, True)


def test_statistics_are_downloaded_and_used(
    trigpoint: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    monkeypatch.setenv("TRIGPOINT_REFERENCE", str(tmp_path / "reference"))
    monkeypatch.setattr("trigpoint.reference.statistics.update.PAUSE", 0)
    publisher.files["/tlds"] = b"# Version 2026010200, Last Updated Fri Jan  2 07:07:01 2026 UTC\nCOM\nKE\n"
    address = f"domains={publisher.url('/tlds')}"
    assert trigpoint("figures", "update", "domains", "--from", address).sentence == "domains: 3 values"
    assert trigpoint("figures", "update", "domains", "--from", address).sentence == "domains: there is nothing newer"
    assert trigpoint("figures", "compute", "--to", tmp_path / "figures").status == 0
    figures = json.loads((tmp_path / "figures" / "ledger.json").read_bytes())["figures"]
    assert {figure["period"]: figure["value"] for figure in figures if figure["metric"] == "tlds"}["2026-01-02"] == 2


def test_a_download_that_fails_is_told_even_quietly(
    trigpoint: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    monkeypatch.setenv("TRIGPOINT_REFERENCE", str(tmp_path / "reference"))
    monkeypatch.setattr("trigpoint.reference.statistics.update.time.sleep", lambda _: None)
    said = trigpoint("figures", "update", "domains", "--from", f"domains={publisher.url('/none')}", "--quiet")
    assert said.status == 1
    assert said.err.startswith("domains: ")
    assert said.err.endswith("what was there stays\n")
    wrong = trigpoint("figures", "update", "--from", "domains=ftp://example.org")
    assert (wrong.status, "is no address with https" in wrong.sentence) == (2, True)


def test_a_file_without_any_readable_claim_is_a_mistake(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    path = tmp_path / "claims.json"
    path.write_text("[1]")
    said = trigpoint("figures", "claims", path, "--quiet")
    assert (said.status, said.err.splitlines()[-1]) == (2, f"trigpoint: {path}: no readable claim")
