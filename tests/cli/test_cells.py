"""``trigpoint cells``: selections, and what is said of them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trigpoint.cli.group import BAD_INPUT
from trigpoint.store.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.commands import Said


def _lines(said: Said) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_targets_come_with_their_interval_and_networks(trigpoint: Callable[..., Said], surveyed: Path) -> None:
    said = trigpoint("cells", surveyed / "survey")
    heads, *lines = said.out.splitlines()
    assert heads.split()[:3] == ["country", "target", "state"]
    verdicts = Survey.open(surveyed / "survey").scan("verdicts")
    targets = verdicts.filter(parts="").select(pl.col("target").n_unique()).collect().item()
    assert len(lines) == targets
    assert not [line for line in lines if line.split()[1] == "telegram"]
    assert all(line.startswith("XL ") and " to " in line for line in lines)


def test_services_as_a_whole_are_asked_for_by_their_viewer(trigpoint: Callable[..., Said], surveyed: Path) -> None:
    said = trigpoint("cells", surveyed / "survey", "--viewer", "service", "--format", "jsonl")
    assert {line["target"] for line in _lines(said)} == {"signal", "telegram", "whatsapp"}


def test_a_selection_is_of_its_days_networks_and_targets(trigpoint: Callable[..., Said], surveyed: Path) -> None:
    verdicts = (
        Survey.open(surveyed / "survey")
        .scan("verdicts")
        .filter(pl.col("date").is_between(pl.lit("2024-11-10"), pl.lit("2024-11-12")))
    )
    some = verdicts.filter(pl.col("probe_asn") == 64520).collect()
    target = some["target"].to_list()[0]
    wanted = some.filter(target=target)
    said = trigpoint(
        "cells", surveyed / "survey", "--by", "date,target,asn", "--country", "XL", "--target", target,
        "--asn", 64520, "--since", "2024-11-10", "--until", "2024-11-12", "--format", "jsonl",
    )  # fmt: skip
    lines = _lines(said)
    assert {line["date"] for line in lines} == set(wanted["date"].to_list())
    assert (
        sum(int(str(line[state])) for line in lines for state in ("blocked", "ok", "down", "insufficient"))
        == wanted.height
    )
    assert "networks" not in lines[0]


def test_everything_together_is_one_line(trigpoint: Callable[..., Said], surveyed: Path) -> None:
    (line,) = _lines(trigpoint("cells", surveyed / "survey", "--by", "", "--format", "jsonl"))
    assert int(str(line["networks"])) >= int(str(line["networks_with_signs"])) > 0


def test_resolvers_are_a_view_of_their_own_and_csv_is_for_spreadsheets(
    trigpoint: Callable[..., Said], surveyed: Path
) -> None:
    said = trigpoint("cells", surveyed / "survey", "--viewer", "resolver", "--by", "asn", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert "64520" in {row["asn"] for row in rows}


def test_a_table_without_networks_of_a_country_has_their_numbers(
    trigpoint: Callable[..., Said], surveyed: Path
) -> None:
    said = trigpoint("cells", surveyed / "survey", "--by", "asn")
    assert "64520" in said.out
    assert "blocked on" not in said.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--by", "planet"], "--by: there is no key planet; there are date, country, target, asn"),
        (["--country", "US"], "{survey} has no cell that fits the selection"),
        (["--since", "2030-01-01"], "{survey} has no cell that fits the selection"),
    ],
)
def test_what_cannot_be_selected_is_one_sentence(
    trigpoint: Callable[..., Said], surveyed: Path, arguments: list[str], sentence: str
) -> None:
    said = trigpoint("cells", surveyed / "survey", *arguments)
    assert (said.status, said.sentence) == (2, sentence.format(survey=surveyed / "survey"))


def test_a_survey_without_cells_says_what_to_do(
    trigpoint: Callable[..., Said], measurements: Path, tmp_path: Path
) -> None:
    trigpoint("observe", min(measurements.iterdir()), "--to", tmp_path / "raw")
    said = trigpoint("cells", tmp_path / "raw")
    assert said.status == 2
    assert said.sentence == f"{tmp_path / 'raw'} has no cells yet: run `trigpoint judge {tmp_path / 'raw'}`"


@pytest.mark.parametrize("command", ["cells {survey}", "diff {survey} {survey}", "explain {measurement} --in {survey}"])
def test_a_survey_that_was_changed_is_one_sentence(
    trigpoint: Callable[..., Said], surveyed: Path, tmp_path: Path, command: str
) -> None:
    survey = tmp_path / "survey"
    shutil.copytree(surveyed / "survey", survey)
    measurement = Survey.open(survey).scan("measurements").select("id").head(1).collect().item()
    for path in survey.rglob("*.parquet"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1  # the size stays
        path.write_bytes(content)
    said = trigpoint(*command.format(survey=survey, measurement=measurement).split())
    assert said.status == BAD_INPUT
    assert said.out == ""
    assert "damaged" in said.sentence
