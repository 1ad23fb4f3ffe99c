"""Judging a survey: chunk by chunk, each measurement informed by the rest of the survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.cascade import RULES_VERSION, references
from trigpoint.judge.decide import judge
from trigpoint.judge.keys import UNREAD, numbered
from trigpoint.judge.knowledge import gather
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES
from trigpoint.store.verdicts import Judgement, commit_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from trigpoint.judge.knowledge import Knowledge
    from trigpoint.reference.matching import Fingerprints
    from trigpoint.store.survey import Slice, Survey


CHUNK = 16_000
"""Measurements judged at a time. Some 1,500 small queries a chunk take 0.2 s whatever it holds, so chunks are as large
as 300 MB allow: measured on measurements of 22 kB, 20,000 take 302 MB, and two chunks a sixth more time than one."""


def judge_survey(
    path: Path | str, progress: Callable[[int], None] | None = None, fingerprints: Fingerprints | None = None
) -> Survey:
    """Write findings and verdicts of a survey; nothing is done where these rules judged it already.

    Args:
        path: folder of the survey.
        progress: is told the number of measurements judged, after each chunk.
        fingerprints: lists of others, which the survey names with their hashes. Missing: only the built-in table is
            known.

    Returns:
        The survey after the commit.

    Raises:
        SurveyError: there is no survey, it is in use, damaged, or written by a newer version.

    """

    def judgements(survey: Survey) -> Iterator[Judgement]:
        survey.verify()  # a verdict on damaged observations would be worse than none
        knowledge = known(survey)
        for chunk in survey.chunks(CHUNK):
            tables = _load(survey, chunk, has_bodies=fingerprints is not None)
            findings, verdicts = judge(tables, knowledge, fingerprints)
            if progress is not None:
                progress(sum(piece.measurements for piece in chunk))
            yield Judgement(chunk=chunk, findings=findings, verdicts=verdicts)

    listed = () if fingerprints is None else fingerprints.files
    return commit_verdicts(path, judgements, RULES_VERSION, (*references(), *listed))


def known(survey: Survey) -> Knowledge:
    """Go through a survey for what it knows as a whole."""
    return gather(survey.scan, survey.each("bodies"))


def tables_of(survey: Survey, measurement: str, country: str) -> Mapping[str, pl.DataFrame]:
    """Read the observations of one measurement, of whose country the survey has a partition."""
    tables = {
        name: survey.scan(name, [country]).filter(_of(name) == measurement).drop("date", "country").collect()
        for name in OBSERVATION_TABLES
        if TABLES[name].is_partitioned
    }
    return _with_shared(survey, tables, has_bodies=True)


def _load(survey: Survey, chunk: tuple[Slice, ...], *, has_bodies: bool) -> Mapping[str, pl.DataFrame]:
    """Read one chunk: its slices of the partitioned tables, and of the shared ones what these refer to.

    Bodies are searched for the built-in artefacts beforehand; only other lists of fingerprints need them here.
    """
    partitioned = [name for name in OBSERVATION_TABLES if TABLES[name].is_partitioned]
    tables = numbered((name, survey.load(name, chunk, without=UNREAD).drop("date", "country")) for name in partitioned)
    return _with_shared(survey, tables, has_bodies=has_bodies)


def _of(table: str) -> pl.Expr:
    return pl.col("id" if table == "measurements" else "measurement")


def _with_shared(survey: Survey, tables: Mapping[str, pl.DataFrame], *, has_bodies: bool) -> Mapping[str, pl.DataFrame]:
    """Add what the rows refer to of the tables that the whole survey shares."""
    pages, handshakes = tables["http_round_trips"], tables["tls_handshakes"]
    chains = handshakes["certificate_chain"].str.split(" ").explode()
    shared = {"certificates": _referred(survey, "certificates", chains)}
    bodies = {"bodies": _referred(survey, "bodies", pages["body_sha256"])} if has_bodies else {}
    return {**tables, **shared, **bodies}


def _referred(survey: Survey, table: str, hashes: pl.Series) -> pl.DataFrame:
    wanted = hashes.drop_nulls().unique()
    return survey.scan(table).filter(pl.col("sha256").is_in(wanted.to_list())).collect(engine="streaming")
