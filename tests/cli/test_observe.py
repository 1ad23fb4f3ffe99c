"""``trigpoint observe``: what could not be read is told, and a second run adds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from trigpoint.cli.group import BAD_INPUT
from trigpoint.store.schemas import FORMAT_VERSION
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


@pytest.fixture
def one(measurements: Path) -> Path:
    """A file with one measurement."""
    return next(path for path in sorted(measurements.iterdir()) if path.suffix == ".json")


def test_a_path_that_does_not_exist_is_named(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("observe", tmp_path / "nowhere", "--to", tmp_path / "s")
    assert said.status == BAD_INPUT
    assert str(tmp_path / "nowhere") in said.sentence


def test_a_path_that_does_not_exist_costs_nothing_of_the_others(
    trigpoint: Callable[..., Said], one: Path, tmp_path: Path
) -> None:
    said = trigpoint("observe", tmp_path / "nowhere", one, "--to", tmp_path / "s", "-q")
    assert (said.status, said.err.strip()) == (0, f"Not read: {tmp_path / 'nowhere'}: does not exist")
    assert Survey.open(tmp_path / "s").counts.measurements == 1


def test_an_empty_folder_is_named(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = trigpoint("observe", tmp_path / "empty", "--to", tmp_path / "s")
    assert said.status == BAD_INPUT
    assert str(tmp_path / "empty") in said.sentence


def test_a_folder_without_a_readable_record_is_named(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("nothing measured here")
    said = trigpoint("observe", tmp_path / "folder", "--to", tmp_path / "s", "--quiet")
    assert said.status == BAD_INPUT
    assert f"{tmp_path / 'folder'}: no readable measurement" in said.sentence


def test_junk_is_named_also_where_the_survey_has_measurements(
    trigpoint: Callable[..., Said], one: Path, tmp_path: Path
) -> None:
    assert trigpoint("observe", one, "--to", tmp_path / "s", "-q").status == 0
    (tmp_path / "notes.txt").write_text("nothing measured here")
    said = trigpoint("observe", tmp_path / "notes.txt", "--to", tmp_path / "s", "-q")
    assert said.status == BAD_INPUT
    assert said.sentence == f"{tmp_path / 'notes.txt'}: no readable measurement"


def test_a_path_that_is_empty_is_not_the_current_folder(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    said = trigpoint("observe", "", "--to", tmp_path / "s")
    assert said.status == BAD_INPUT
    assert "the path is empty" in said.err


def test_a_survey_may_be_the_current_folder(
    trigpoint: Callable[..., Said], one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert trigpoint("observe", one, "--to", ".", "-q").status == 0
    assert Survey.open(tmp_path).counts.measurements == 1


def test_the_first_records_that_are_rejected_are_named(
    trigpoint: Callable[..., Said], one: Path, tmp_path: Path
) -> None:
    lines = [one.read_bytes().strip(), *[b"broken"] * 7]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    said = trigpoint("observe", tmp_path / "a.jsonl", "--to", tmp_path / "s")
    assert said.status == 0
    told = [line for line in said.err.splitlines() if line.startswith("Rejected: ")]
    assert told[0].startswith(f"Rejected: {tmp_path / 'a.jsonl'}:2: ")
    assert len(told) == 6
    assert told[-1].startswith("Rejected: 2 more, in the table “rejects” of ")


@pytest.mark.parametrize("verb", ["observe", "judge", "survey"])
def test_a_folder_of_reference_data_that_is_not_there_is_named(
    trigpoint: Callable[..., Said], one: Path, tmp_path: Path, verb: str
) -> None:
    place = [] if verb == "judge" else ["--to", tmp_path / "s"]
    country = ["XL"] if verb == "survey" else []
    said = trigpoint(verb, *country, one, *place, "--reference", tmp_path / "nowhere", "-q")
    assert said.status == BAD_INPUT
    assert said.sentence == f"{tmp_path / 'nowhere'} is no folder of reference data"


def test_what_could_be_read_is_counted_with_what_could_not(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    said = trigpoint("observe", measurements, "--to", tmp_path / "s", "--processes", 1)
    assert said.status == 0
    assert "380 measurements" in said.err or "379 measurements" in said.err
    assert "records rejected" in said.err
    again = trigpoint("observe", measurements, "--to", tmp_path / "s", "--processes", 1)
    assert again.err.startswith("Read 0 measurements from 0 files, ")
    assert "were there already" in again.err


def test_quiet_says_nothing(trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path) -> None:
    said = trigpoint("observe", measurements, "--to", tmp_path / "s", "--processes", 1, "--quiet")
    assert said == (0, "", "")


def test_a_survey_of_a_newer_version_is_left_alone(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    trigpoint("observe", measurements, "--to", tmp_path, "--processes", 1, "--quiet")
    manifest = tmp_path / "survey.toml"
    newer = manifest.read_text().replace(f"format = {FORMAT_VERSION}", "format = 99", 1)
    manifest.write_text(newer)
    said = trigpoint("observe", measurements, "--to", tmp_path)
    assert said.status == BAD_INPUT
    assert "newer version" in said.sentence
    assert manifest.read_text() == newer


@pytest.mark.usefixtures("uncovered")
def test_ctrl_c_stops_within_two_seconds_and_the_same_command_completes(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    plain = next(path for path in sorted(measurements.iterdir()) if path.suffix == ".json").read_bytes()
    for number in range(3000):
        (many / f"{number}.json").write_bytes(
            plain.replace(b'"test_runtime":', f'"n{number}":1,"test_runtime":'.encode())
        )
    command = [sys.executable, "-m", "trigpoint", "observe", str(many), "--to", str(tmp_path / "s"), "--processes", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        while running.poll() is None and not any(tmp_path.glob("s/.incoming*/*")):
            with suppress(subprocess.TimeoutExpired):
                running.wait(0.01)  # until work has begun; bounded by the end of the process
        begun = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: all of its processes
        _, said = running.communicate(timeout=30)
        took = time.monotonic() - begun
    if running.returncode == 0:
        pytest.skip("the run was done before the signal came")
    assert running.returncode == 130
    assert took < 2
    assert "are kept" in said
    assert "Traceback" not in said
    assert trigpoint("observe", many, "--to", tmp_path / "s", "--quiet").status == 0
    assert Survey.open(tmp_path / "s").counts.measurements == 3000
