"""Cells of a survey: written once, dropped with the verdicts that they came from, the same by every way."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from trigpoint import sample
from trigpoint.archive import expand, read
from trigpoint.errors import SurveyError
from trigpoint.events import aggregate_survey, cells, words
from trigpoint.judge.survey import judge_survey
from trigpoint.observe import observe
from trigpoint.store.survey import Survey
from trigpoint.store.writer import writing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A judged survey of the sample."""
    folder = tmp_path_factory.mktemp("cells")
    sample.write(folder)
    observe(expand([folder / "measurements"])[0], folder / "survey", read)
    judge_survey(folder / "survey")
    return folder / "survey"


@pytest.fixture
def survey(judged: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(judged, tmp_path / "survey")
    return tmp_path / "survey"


def test_every_verdict_is_in_one_cell(survey: Path) -> None:
    made = aggregate_survey(survey)
    probes = made.scan("cells").filter(viewer="probe").collect()
    services = made.scan("cells").filter(viewer="service").collect()
    verdicts = made.scan("verdicts").filter(parts="").collect()
    wholes = made.scan("verdicts").filter(pl.col("parts") != "").collect()
    assert made.has_cells
    assert set(services["target"].to_list()) == set(wholes["target"].to_list()) >= {"telegram", "signal"}
    assert services["blocked"].sum() == wholes.filter(state="blocked").height > 0
    assert probes.select(pl.sum_horizontal("blocked", "ok", "down", "insufficient").sum()).item() == verdicts.height
    assert probes["blocked"].sum() == verdicts.filter(state="blocked").height


def test_stored_cells_are_those_of_the_stored_runs(survey: Path) -> None:
    made = aggregate_survey(survey)
    stored = made.scan("cells").collect()
    again = cells(made.scan("cell_runs").collect())
    keys = ["date", "country", "target", "viewer", "asn"]
    assert stored.select(again.columns).sort(keys, nulls_last=True).equals(again)


def test_words_of_days_are_those_of_the_whole(survey: Path) -> None:
    made = aggregate_survey(survey)
    stored = made.scan("cell_words").collect()
    again = words(made.scan("verdicts").collect())
    assert stored.select(pl.col("verdicts").sum()).item() == again.select(pl.col("verdicts").sum()).item()
    assert stored.height == again.height


def test_resolvers_have_cells_of_their_own(survey: Path) -> None:
    resolvers = aggregate_survey(survey).scan("cells").filter(viewer="resolver").collect()
    assert resolvers["blocked"].sum() > 0
    assert resolvers["ok"].sum() > 0
    assert resolvers["down"].sum() == 0


def test_a_second_run_does_nothing_and_two_surveys_are_the_same_bytes(
    survey: Path, judged: Path, tmp_path: Path
) -> None:
    aggregate_survey(survey)
    manifest = (survey / "survey.toml").read_bytes()
    aggregate_survey(survey)
    assert (survey / "survey.toml").read_bytes() == manifest
    shutil.copytree(judged, tmp_path / "other")
    aggregate_survey(tmp_path / "other")
    assert (tmp_path / "other" / "survey.toml").read_bytes() == manifest


def test_cells_leave_with_their_verdicts(survey: Path) -> None:
    aggregate_survey(survey)
    with writing(survey) as writer:
        judged = writer.survey.manifest.judged
        assert judged is not None
        verdicts = [file for file in writer.survey.files if file.table in {"findings", "verdicts"}]
        left = writer.commit_verdicts(verdicts, judged)
    assert not left.has_cells
    assert left.scan("cells").collect().is_empty()
    assert aggregate_survey(survey).has_cells
    with writing(survey) as writer:
        emptied = writer.commit_observations((), ())
    assert not emptied.has_cells
    assert not emptied.is_judged
    Survey.open(survey).verify()


def test_what_is_not_judged_has_no_cells(tmp_path: Path) -> None:
    sample.write(tmp_path)
    observe(expand([tmp_path / "measurements"])[0], tmp_path / "survey", read)
    with pytest.raises(SurveyError, match="is not judged yet"):
        aggregate_survey(tmp_path / "survey")
    assert not Survey.open(tmp_path / "survey").has_cells
