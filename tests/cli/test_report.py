"""``trigpoint report``: countries that are none, surveys that are not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
