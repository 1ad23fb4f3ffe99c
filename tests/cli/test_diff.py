"""``trigpoint diff``: what two surveys say differently."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trigpoint.cli.diff import SHOWN
from trigpoint.judge.difference import difference
from trigpoint.store.survey import Survey
from trigpoint.store.verdicts import Judgement, commit_verdicts, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.commands import Said
    from trigpoint.store.manifest import DataFile
    from trigpoint.store.writer import Writer


def _other_rules(writer: Writer, inputs: str) -> Iterator[DataFile]:
    """Say what the rules said, except that what TCP decided is undecided, and by another rule."""
    survey, is_tcp = writer.survey, pl.col("layer") == "tcp"
    said = {table: survey.scan(table).drop("date", "country").collect() for table in ("findings", "verdicts")}
    verdicts = said["verdicts"].with_columns(
        state=pl.when(is_tcp).then(pl.lit("insufficient")).otherwise("state"),
        rules=pl.when(is_tcp).then(pl.lit("tcp.other")).otherwise("rules"),
    )
    places = survey.scan("measurements").select("date", "country", measurement="id").collect()
    yield from stage(Judgement(places, said["findings"], verdicts), writer.incoming, inputs, 0)


@pytest.fixture(scope="module")
def other(surveyed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's survey, judged otherwise."""
    folder = tmp_path_factory.mktemp("other") / "survey"
    shutil.copytree(surveyed / "survey", folder)
    commit_verdicts(folder, _other_rules, "other")
    return folder


def test_a_survey_does_not_differ_from_itself(trigpoint: Callable[..., Said], surveyed: Path) -> None:
    said = trigpoint("diff", surveyed / "survey", surveyed / "survey")
    verdicts = Survey.open(surveyed / "survey").scan("verdicts").collect().height
    assert said.status == 0
    assert f"0 verdicts differ, {verdicts:,} are the same, 0 are in the first only, 0 in the second only." in said.out


def test_each_verdict_that_changed_is_a_line_with_both_rules(
    trigpoint: Callable[..., Said], surveyed: Path, other: Path
) -> None:
    old = Survey.open(surveyed / "survey").scan("verdicts").filter(pl.col("layer") == "tcp")
    was = {(row["measurement"], row["target"]): row for row in old.collect().iter_rows(named=True)}
    said = trigpoint("diff", surveyed / "survey", other, "--format", "jsonl")
    lines = [json.loads(line) for line in said.out.splitlines()]
    changed = {key for key, row in was.items() if row["state"] != "insufficient"}
    assert {(line["measurement"], line["target"]) for line in lines} == changed
    for line in lines:
        row = was[line["measurement"], line["target"]]
        assert (line["old_state"], line["new_state"]) == (row["state"], "insufficient")
        assert (line["old_rule"], line["new_rule"]) == (row["rules"].split()[0], "tcp.other")
        assert (line["gone"], line["come"]) == (" ".join(sorted(row["rules"].split())), "tcp.other")


def test_a_person_gets_the_rules_first(trigpoint: Callable[..., Said], surveyed: Path, other: Path) -> None:
    said = trigpoint("diff", surveyed / "survey", other)
    assert "blocked by tcp.timeout" in said.out
    assert "→  insufficient by tcp.other" in said.out


def test_a_long_list_is_cut_and_says_so(
    trigpoint: Callable[..., Said], surveyed: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trigpoint.cli.diff.SHOWN", 1)
    assert SHOWN > 1
    said = trigpoint("diff", surveyed / "survey", other)
    assert "more; --format jsonl has all" in said.out


def test_verdicts_of_one_survey_only_are_counted(
    trigpoint: Callable[..., Said], surveyed: Path, measurements: Path, tmp_path: Path
) -> None:
    trigpoint("observe", min(measurements.iterdir()), "--to", tmp_path / "part")
    trigpoint("judge", tmp_path / "part")
    whole, part = Survey.open(surveyed / "survey"), Survey.open(tmp_path / "part")
    found, back = difference(whole, part), difference(part, whole)
    assert (found.only_new, back.only_old) == (0, 0)
    assert found.only_old == back.only_new > 0
    assert found.same + found.changed.height + found.only_old == whole.scan("verdicts").collect().height


def test_a_survey_that_is_not_judged_is_one_sentence(
    trigpoint: Callable[..., Said], surveyed: Path, measurements: Path, tmp_path: Path
) -> None:
    trigpoint("observe", min(measurements.iterdir()), "--to", tmp_path / "raw")
    said = trigpoint("diff", surveyed / "survey", tmp_path / "raw")
    assert said.status == 2
    assert said.sentence == f"{tmp_path / 'raw'} is not judged yet: run `trigpoint judge {tmp_path / 'raw'}`"
