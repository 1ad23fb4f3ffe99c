"""``trigpoint report``: countries that are none, surveys that are not judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from trigpoint.cli.group import BAD_INPUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


def test_a_report_is_written_from_a_judged_survey(
    trigpoint: Callable[..., Said], surveyed: Path, tmp_path: Path
) -> None:
    said = trigpoint("report", "xl", "--survey", surveyed / "survey", "--to", tmp_path / "r")
    assert said.status == 0
    assert str(tmp_path / "r" / "index.html") in said.err
    assert (tmp_path / "r" / "report.json").is_file()


def test_a_pdf_without_a_browser_is_one_sentence_and_writes_nothing(
    trigpoint: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIGPOINT_CHROMIUM", "/nowhere/chromium")
    said = trigpoint("report", "KE", "--pdf", "--to", tmp_path / "r")
    assert said.status == BAD_INPUT
    assert "--pdf needs Chromium" in said.sentence
    assert not (tmp_path / "r").exists()


def test_a_language_that_there_is_not_names_those_there_are(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("report", "KE", "--language", "tlh", "--to", tmp_path / "r")
    assert said.status == BAD_INPUT
    assert "'en', 'zh'" in said.err


def test_a_code_that_is_no_country_is_one_sentence(
    trigpoint: Callable[..., Said], surveyed: Path, tmp_path: Path
) -> None:
    said = trigpoint("report", "QQ9", "--survey", surveyed / "survey", "--to", tmp_path / "r")
    assert said.status == BAD_INPUT
    assert "QQ9" in said.sentence


def test_a_country_without_measurements_names_those_there_are(
    trigpoint: Callable[..., Said], surveyed: Path, tmp_path: Path
) -> None:
    said = trigpoint("report", "FR", "--survey", surveyed / "survey", "--to", tmp_path / "r")
    assert said.status == BAD_INPUT
    assert "XL" in said.sentence
    assert not (tmp_path / "r").exists()


def test_a_folder_that_is_no_survey_is_one_sentence(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("report", "XL", "--survey", tmp_path, "--to", tmp_path / "r")
    assert said.status == BAD_INPUT
    assert "no survey" in said.sentence


def test_a_survey_that_is_not_judged_says_what_to_do(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    trigpoint("observe", measurements, "--to", tmp_path / "s", "--processes", 1, "--quiet")
    said = trigpoint("report", "XL", "--survey", tmp_path / "s", "--to", tmp_path / "r")
    assert said.status == BAD_INPUT
    assert f"trigpoint judge {tmp_path / 's'}" in said.sentence


USERS = "Entity,Code,Year,Individuals using the Internet (% of population)\nKenya,KEN,2021,{}\nKenya,KEN,2025,140\n"
SOURCE = '["users.csv"]\nformat = "table"\norganisation = "World Bank"\nurl = "https://example.org"\nvintage = "{}"\n'


def _data(folder: Path, share: float, vintage: str) -> Path:
    folder.mkdir()
    (folder / "users.csv").write_text(USERS.format(share))
    (folder / "sources.toml").write_text(SOURCE.format(vintage))
    return folder


@pytest.mark.parametrize(("subject", "code"), [("cn", "CN"), ("world", "001")])
def test_without_a_survey_and_a_network_there_is_a_report(
    trigpoint: Callable[..., Said], tmp_path: Path, subject: str, code: str
) -> None:
    said = trigpoint("report", subject, "--to", tmp_path / "r")
    assert said.status == 0
    content = json.loads((tmp_path / "r" / "report.json").read_bytes())
    assert (content["subject"], content["rejects"]) == (code, [])
    assert any(figure["metric"] == "ipv4_addresses" for figure in content["figures"])
    assert "trigpoint figures update" in (tmp_path / "r" / "index.html").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in (tmp_path / "r").rglob("*") if path.is_file()) < 3_000_000


def test_data_that_cannot_be_used_are_told_with_file_and_line_and_an_earlier_edition_is_compared(
    trigpoint: Callable[..., Said], tmp_path: Path
) -> None:
    first, second = _data(tmp_path / "a", 40, "2024-01-01"), _data(tmp_path / "b", 41, "2025-01-01")
    assert trigpoint("report", "KE", "--data", first, "--to", tmp_path / "first", "--quiet").status == 0
    said = trigpoint(
        "report", "KE", "--data", second, "--compare", tmp_path / "first", "--to", tmp_path / "second", "--quiet"
    )
    why = f"{second / 'users.csv'}, line 3: '140': a share above 100 %"
    assert (said.status, said.err) == (0, f"trigpoint: {why}\n")
    assert json.loads((tmp_path / "second" / "report.json").read_bytes())["rejects"] == [why]
    assert "internet_users_share.KE.2021" in (tmp_path / "second" / "data" / "changes_revised.csv").read_text()


def test_an_earlier_edition_that_is_none_is_one_sentence(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("report", "KE", "--compare", tmp_path / "none", "--to", tmp_path / "r")
    assert (said.status, "no earlier edition can be read there" in said.sentence) == (BAD_INPUT, True)
    assert not (tmp_path / "r").exists()


def test_a_code_of_nobody_without_a_survey_is_one_sentence(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("report", "XA", "--to", tmp_path / "r")
    assert (said.status, "needs measurements (--survey)" in said.sentence) == (BAD_INPUT, True)
