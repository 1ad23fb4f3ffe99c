"""``trigpoint survey``: everything in one go, and again without a change."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from trigpoint.cli.group import BAD_INPUT
from trigpoint.reference.countries import country_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


def prints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_mistyped_country_is_told_before_anything_is_read(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    assert trigpoint("survey", "Iran", measurements, "--to", tmp_path / "x").status == BAD_INPUT
    assert not (tmp_path / "x").exists()


def test_two_runs_with_any_number_of_processes_are_byte_identical(
    trigpoint: Callable[..., Said], measurements: Path, surveyed: Path, tmp_path: Path
) -> None:
    said = trigpoint("survey", "XL", measurements, "--to", tmp_path, "--processes", 3)
    assert said.status == 0
    assert prints(tmp_path) == prints(surveyed)
    assert trigpoint("survey", "XL", measurements, "--to", tmp_path, "-q").status == 0
    assert prints(tmp_path) == prints(surveyed)


@pytest.mark.usefixtures("uncovered")
def test_recorded_measurements_give_a_report(trigpoint: Callable[..., Said], corpus: Path, tmp_path: Path) -> None:
    """Of one country after the other, in one folder: what was observed and judged for the first serves all."""
    for country in ("IR", "CN", "RU", "KE"):
        said = trigpoint("survey", country, corpus / "dev", "--to", tmp_path, "--processes", 1)
        assert said.status == 0
        page = (tmp_path / "report" / "index.html").read_text()
        assert country_name(country) in page
        assert "signs of" in page.lower()
        assert any((tmp_path / "report" / "records").iterdir())
