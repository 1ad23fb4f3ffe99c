from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.observe import records
from tests.store import surveys
from trigpoint.errors import SurveyError
from trigpoint.model.provenance import ReferenceFile
from trigpoint.store.schemas import TABLES
from trigpoint.store.survey import Survey
from trigpoint.store.verdicts import Judgement, stage
from trigpoint.store.verdicts import commit_verdicts as commit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from trigpoint.store.manifest import DataFile
    from trigpoint.store.writer import Writer

FINGERPRINTS = ReferenceFile(name="fingerprints", sha256="ab" * 32)


def _rows(table: str, ids: list[str], **values: object) -> pl.DataFrame:
    columns = {
        name: [values.get(name, "" if dtype == pl.String else None)] * len(ids)
        for name, dtype in TABLES[table].schema.items()
    }
    return pl.DataFrame(columns | {"measurement": ids}, schema=TABLES[table].schema)


def judge(survey: Survey, limit: int = 2, state: str = "ok") -> Iterator[Judgement]:
    for chunk in survey.chunks(limit):
        places = survey.load("measurements", chunk).select("date", "country", measurement="id")
        ids = places["measurement"].to_list()
        yield Judgement(places, _rows("findings", ids, rule="r", step=1), _rows("verdicts", ids, state=state))


def commit_verdicts(
    path: Path,
    judge: Callable[[Survey], Iterable[Judgement]],
    rules: str,
    references: Iterable[ReferenceFile] = (),
) -> Survey:
    """Let a judge write what he says."""

    def judged(writer: Writer, inputs: str) -> Iterator[DataFile]:
        for number, judgement in enumerate(judge(writer.survey)):
            yield from stage(judgement, writer.incoming, inputs, number)

    return commit(path, judged, rules, references)


def test_verdicts_come_into_the_partition_of_their_measurement(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    survey = commit_verdicts(tmp_path / "s", judge, "1", [FINGERPRINTS])
    for table in ("findings", "verdicts"):
        found = survey.scan(table).collect()
        measured = survey.scan("measurements").select(pl.col("id").alias("measurement"), "date", "country").collect()
        keys = ("measurement", "date", "country")
        assert found.select(keys).sort(keys).equals(measured.select(keys).sort(keys))
    assert survey.versions["rules"] == "1"
    assert survey.references == (FINGERPRINTS,)
    Survey.open(tmp_path / "s").verify()


def test_frames_that_have_the_partition_already_are_taken_too(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")

    def judge_with_partitions(survey: Survey) -> Iterator[Judgement]:
        for made in judge(survey):
            columns = {"date": pl.lit("wrong"), "country": pl.lit("wrong")}
            yield Judgement(made.places, made.findings.with_columns(**columns), made.verdicts.with_columns(**columns))

    commit_verdicts(tmp_path / "s", judge_with_partitions, "1")
    assert "wrong" not in commit_verdicts(tmp_path / "s", judge, "1").scan("verdicts").collect()["date"]


def test_judging_the_same_again_changes_nothing_and_asks_no_judge(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    commit_verdicts(tmp_path / "s", judge, "1", [FINGERPRINTS])
    before = records.tree(tmp_path)
    commit_verdicts(tmp_path / "s", lambda _: pytest.fail("judged again"), "1", [FINGERPRINTS])
    assert records.tree(tmp_path) == before


def test_other_rules_replace_every_verdict_and_leave_the_observations(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    observed = records.tree(tmp_path / "s" / "tables")
    commit_verdicts(tmp_path / "s", judge, "1")
    survey = commit_verdicts(tmp_path / "s", lambda survey: judge(survey, state="blocked"), "2")
    assert survey.scan("verdicts").collect()["state"].to_list() == ["blocked"] * 5
    tree = records.tree(tmp_path / "s" / "tables")
    assert observed.items() <= tree.items()
    assert len([name for name in tree if name.startswith("verdicts/") and name.endswith(".parquet")]) == 4
    again = commit_verdicts(tmp_path / "s", judge, "1")
    surveys.small(tmp_path / "t")
    commit_verdicts(tmp_path / "t", judge, "1")
    assert records.tree(tmp_path / "s") == records.tree(tmp_path / "t")
    assert again.counts.rows["verdicts"] == 5


def test_a_judge_that_fails_half_way_leaves_the_survey_as_it_was(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")
    commit_verdicts(tmp_path / "s", judge, "1")
    before = records.tree(tmp_path)

    def fails(survey: Survey) -> Iterator[Judgement]:
        yield next(judge(survey))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        commit_verdicts(tmp_path / "s", fails, "2")
    assert records.tree(tmp_path) == before


def test_a_verdict_on_a_measurement_of_another_chunk_is_refused(tmp_path: Path) -> None:
    surveys.small(tmp_path / "s")

    def strange(survey: Survey) -> Iterator[Judgement]:
        made = next(judge(survey))
        yield Judgement(made.places, made.findings, _rows("verdicts", ["nobody's"]))

    with pytest.raises(ValueError, match="verdicts: 1 rows belong to no measurement"):
        commit_verdicts(tmp_path / "s", strange, "1")


def test_what_is_no_survey_is_not_judged_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="there is no survey here"):
        commit_verdicts(tmp_path / "s", judge, "1")
    assert list(tmp_path.iterdir()) == []
