"""Judging a survey: looked at as a whole first, then chunk by chunk, each measurement informed by the rest.

The work is spread over processes: looks at the whole, which need nothing of each other, then chunks, each of which
writes files of its own. One commit makes them part of the survey.
"""

from __future__ import annotations

from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge import briefing
from trigpoint.judge.briefing import Briefing
from trigpoint.judge.cascade import RULES_VERSION, references
from trigpoint.judge.knowledge import LOOKED_AT, LOOKS, Sightings, gather, together
from trigpoint.judge.marks import marks_of
from trigpoint.judge.pieces import Hashes, Look, Piece, Targets, judge_piece, look, tables_of
from trigpoint.store.incoming import Incoming
from trigpoint.store.survey import even
from trigpoint.store.verdicts import commit_verdicts
from trigpoint.workers import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from trigpoint.judge.knowledge import Knowledge
    from trigpoint.judge.pieces import What
    from trigpoint.judge.runs import Scan
    from trigpoint.reference.matching import Fingerprints
    from trigpoint.store.manifest import DataFile
    from trigpoint.store.survey import Survey
    from trigpoint.store.writer import Writer
    from trigpoint.workers import Workers

__all__ = ["CHUNK", "judge_survey", "known", "tables_of"]

PART = 50_000
"""Measurements looked at at a time: 50,000 of the load file take 0.2 GB."""

CHUNK = 20_000
"""Measurements judged by one process at a time. A thousand small queries of the second look take 0.2 s whatever it
holds, so it is taken once a chunk, of what first looks at parts of it leave (:data:`trigpoint.judge.pieces.FIRST`)."""


def judge_survey(
    path: Path | str,
    progress: Callable[[int], None] | None = None,
    fingerprints: Fingerprints | None = None,
    workers: Workers | None = None,
) -> Survey:
    """Write findings and verdicts of a survey; nothing is done where these rules judged it already.

    The bytes are the same whoever does the work (R7).

    Args:
        path: folder of the survey.
        progress: is told the number of measurements judged, after each chunk.
        fingerprints: lists of others, which the survey names with their hashes. Missing: only the built-in table is
            known.
        workers: who does the work. Missing: this process.

    Returns:
        The survey after the commit.

    Raises:
        SurveyError: there is no survey, it is in use, damaged, or written by a newer version; or a chunk ended every
            process that judged it.

    """

    def judged(writer: Writer, inputs: str) -> Iterator[DataFile]:
        survey = writer.survey
        incoming = Incoming.of(writer)
        chunks = list(survey.chunks(even(survey.slices(), CHUNK)))
        able = workers if workers is not None and len(chunks) > workers.least else None
        brief = Briefing(str(writer.incoming.absolute() / "briefing"), inputs)
        briefing.write(brief, _looked(incoming, survey, able), fingerprints)
        pieces = [Piece(number, incoming, brief, chunk) for number, chunk in enumerate(chunks)]
        with closing(in_order(judge_piece, pieces, able)) as results:
            for done in results:
                if progress is not None:
                    progress(done.measurements)
                yield from done.files

    listed = () if fingerprints is None else fingerprints.files
    return commit_verdicts(path, judged, RULES_VERSION, (*references(), *listed))


def known(survey: Survey) -> Knowledge:
    """Go through a survey for what it knows as a whole.

    A small one is read once: most looks need few columns of few rows, and all of them the ids of measurements.
    """
    is_small = survey.counts.rows.get("measurements", 0) <= CHUNK
    return gather(_held(survey) if is_small else survey.scan, survey.each("bodies"))


def _held(survey: Survey) -> Scan:
    """Give tables that are in memory once they were asked for."""

    @cache
    def table(name: str) -> pl.DataFrame:
        return survey.scan(name).select(LOOKED_AT[name]).collect()

    return lambda name: table(name).lazy()


def _looked(incoming: Incoming, survey: Survey, workers: Workers | None) -> Knowledge:
    """Do the same as :func:`known`, of files that are as they should be; of a large survey with workers."""
    if survey.counts.rows.get("measurements", 0) <= CHUNK:
        survey.verify()
        return known(survey)
    shares = -(-survey.counts.rows.get("measurements", 0) // (2 * PART)) or 1  # of few columns
    subjects: list[What] = [
        Hashes(),  # which is heard of first, whatever else comes of a damaged file
        *LOOKS,
        *(Targets(share, shares) for share in range(shares)),
        *survey.chunks(PART),
        *(file for file in survey.files if file.table == "bodies"),
    ]
    looks = [Look(number, incoming, what) for number, what in enumerate(subjects)]
    whole: dict[str, pl.DataFrame] = {}
    tried: list[Mapping[str, pl.DataFrame]] = []
    seen: Sightings | None = None
    marks = [marks_of(())]
    for task, found in zip(looks, in_order(look, looks, workers), strict=True):
        match found:
            case Sightings():
                seen = found if seen is None else seen.and_those(found)
            case pl.DataFrame():
                marks.append(found)
            case _ if isinstance(task.what, Targets):
                tried.append(found)
            case _:
                whole.update(found)
    pages = pl.concat(marks).unique("body_sha256", maintain_order=True)
    return together(whole, tried, seen or Sightings(), survey.scan("certificates"), pages)
