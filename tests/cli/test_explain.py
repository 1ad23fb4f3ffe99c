"""``trigpoint explain``: from a verdict to the rows behind it, in files and in surveys."""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trigpoint.cli.explain import SHORTEST
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


@pytest.fixture(scope="module")
def reset(surveyed: Path) -> dict[str, object]:
    """A verdict of the sample that a reset decided."""
    survey = Survey.open(surveyed / "survey")
    places = survey.scan("measurements").select("path", "line", "member", measurement="id")
    wanted = {"state": "blocked", "mechanisms": "tls.reset", "parts": ""}
    found = survey.scan("verdicts").filter(**wanted).join(places, on="measurement")
    return found.filter(pl.col("member").is_null()).sort("measurement", "target").collect().row(0, named=True)


def test_a_measurement_of_a_survey_is_explained(
    trigpoint: Callable[..., Said], surveyed: Path, reset: dict[str, object]
) -> None:
    said = trigpoint("explain", reset["measurement"], "--in", surveyed / "survey", "--target", reset["target"])
    assert said.status == 0
    assert f"Measurement {reset['measurement']}" in said.out
    assert f"{reset['target']}: blocked · tls.reset" in said.out
    assert str(reset["reason"]) in said.out
    assert f"{reset['path']}, line {reset['line']}" in said.out
    assert "connection_reset" in said.out
    assert "kind in {'reset'} [kind is 'reset']" in said.out
    assert "needs " in said.out.split("what they missed")[1]


def test_the_beginning_of_an_id_is_enough(
    trigpoint: Callable[..., Said], surveyed: Path, reset: dict[str, object]
) -> None:
    whole = trigpoint("explain", reset["measurement"], "--in", surveyed / "survey")
    begins = trigpoint("explain", str(reset["measurement"])[:12], "--in", surveyed / "survey")
    assert begins.out == whole.out


def test_a_line_of_a_file_is_explained(
    trigpoint: Callable[..., Said], reset: dict[str, object], measurements: Path
) -> None:
    by_line = trigpoint("explain", f"{reset['path']}:{reset['line']}")
    assert f"Measurement {reset['measurement']}" in by_line.out
    assert trigpoint("explain", reset["measurement"], "--in", measurements).out == by_line.out
    assert trigpoint("explain", str(reset["measurement"])[:12], "--in", reset["path"]).out == by_line.out


def test_a_file_with_one_measurement_needs_no_line(
    trigpoint: Callable[..., Said], reset: dict[str, object], tmp_path: Path
) -> None:
    with gzip.open(str(reset["path"])) as file:
        record = file.readlines()[int(str(reset["line"])) - 1]
    (tmp_path / "one:1").write_bytes(record)  # a name that could be taken for a line
    assert f"Measurement {reset['measurement']}" in trigpoint("explain", tmp_path / "one:1").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "nothing does not exist"),
        (["{sample}"], "{sample} holds more than one measurement: say which as FILE:LINE, or by name with --in"),
        (["{sample}:99999"], "{sample} has no readable measurement at line 99999"),
        (["{readme}"], "{readme} holds no measurement"),
        (["zzzzzzzz", "--in", "{sample}"], "zzzzzzzz, {sample}: no measurement has this name or id"),
        (["zzzzzzzz", "--in", "{survey}"], "zzzzzzzz, {survey}: no measurement has this name or id"),
        (["{short}", "--in", "{survey}"], "{short}, {survey}: give at least 6 characters"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    trigpoint: Callable[..., Said],
    surveyed: Path,
    measurements: Path,
    reset: dict[str, object],
    arguments: list[str],
    sentence: str,
) -> None:
    words = {
        "sample": measurements,
        "readme": measurements.parent / "README.txt",
        "survey": surveyed / "survey",
        "short": str(reset["measurement"])[: SHORTEST - 1],
    }
    said = trigpoint("explain", *(argument.format(**words) for argument in arguments))
    assert (said.status, said.sentence) == (2, sentence.format(**words))


def test_a_target_that_it_has_not_is_one_sentence(trigpoint: Callable[..., Said], reset: dict[str, object]) -> None:
    said = trigpoint("explain", f"{reset['path']}:{reset['line']}", "--target", "elsewhere.example")
    assert said.status == 2
    assert "has no target elsewhere.example; it has " in said.sentence


def test_ids_that_begin_alike_are_named(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    """One name of an archive on several records, as a hostile file may have it."""
    survey = tmp_path / "survey"
    lines = [json.dumps({"test_name": "web_connectivity", "input": f"http://{n}.example/"}) for n in range(7)]
    posts = tmp_path / "files"
    posts.mkdir()
    (posts / "all.jsonl").write_text("\n".join(line[:-1] + ', "measurement_uid": "same"}' for line in lines))
    assert trigpoint("observe", posts, "--to", survey).status == 0
    said = trigpoint("explain", "same", "--in", survey)
    assert said.status == 2
    assert "7 measurements begin so: " in said.sentence
    assert said.sentence.endswith(" and 2 more")


def test_a_survey_that_is_not_judged_is_explained_all_the_same(
    trigpoint: Callable[..., Said], reset: dict[str, object], tmp_path: Path
) -> None:
    shutil.copy(str(reset["path"]), tmp_path / "some.jsonl.gz")
    trigpoint("observe", tmp_path / "some.jsonl.gz", "--to", tmp_path / "survey")
    said = trigpoint("explain", reset["measurement"], "--in", tmp_path / "survey")
    assert "tls.reset" in said.out


def test_text_of_a_record_cannot_steer_the_terminal(trigpoint: Callable[..., Said], tmp_path: Path) -> None:
    record = {
        "test_name": "web_connectivity",
        "input": "http://a.example/\x1b[2J",
        "test_keys": {
            "requests": [{"request": {"url": "http://a.example/\x1b]0;x\x07"}, "failure": "odd\x1b[31m" * 40}]
        },
    }
    (tmp_path / "one.json").write_text(json.dumps(record))
    said = trigpoint("explain", tmp_path / "one.json")
    assert said.status == 0
    assert "\x1b" not in said.out
    assert "…" in said.out
