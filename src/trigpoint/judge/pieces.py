"""The pieces in which a survey is judged, each done by one process: looks at the whole, bodies, and chunks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import polars as pl

from trigpoint.judge.briefing import Briefing
from trigpoint.judge.chains import members
from trigpoint.judge.elsewhere import attempted
from trigpoint.judge.judging import judge_parts
from trigpoint.judge.keys import UNREAD, numbered
from trigpoint.judge.knowledge import LOOKS, Sightings, sightings
from trigpoint.judge.marks import page_marks
from trigpoint.store.incoming import Incoming
from trigpoint.store.manifest import DataFile
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES
from trigpoint.store.survey import PARTITION_COLUMNS, Slice, even, grouped
from trigpoint.store.verdicts import Judgement, stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.store.survey import Survey
    from trigpoint.workers import Report

FIRST = 10_500
"""Most measurements at which the first look is taken at a time, so that half a chunk is one part. In parts of 5,000 the
load file of 20,000 takes 0.1 s more, and as one part 50 MB more."""

What: TypeAlias = "str | Hashes | Targets | tuple[Slice, ...] | DataFile"
Found: TypeAlias = "Mapping[str, pl.DataFrame] | Sightings | pl.DataFrame"


class Hashes(msgspec.Struct, frozen=True):
    """All files, against what they should be: a verdict on damaged observations would be worse than none."""


class Targets(msgspec.Struct, frozen=True):
    """One share of all targets."""

    share: int
    shares: int


class Look(msgspec.Struct, frozen=True):
    """A look at a survey before it is judged."""

    number: int
    incoming: Incoming
    what: What
    """Hashes, a name of :data:`trigpoint.judge.knowledge.LOOKS`, targets that were tried, a part whose certificates are
    looked at, or a file of bodies."""

    @property
    def places(self) -> tuple[str, ...]:
        """What a worker must see."""
        return (self.incoming.survey,)

    @property
    def name(self) -> str:
        """What a person knows it by."""
        return f"{self.incoming.survey}: look {self.number} at the whole of it"


def look(task: Look, _: Report) -> Found:
    """Look.

    Returns:
        What a look of that name finds, :func:`trigpoint.judge.elsewhere.attempted` of the targets, the sightings of the
        part, or the marks of the bodies; nothing of hashes.

    Raises:
        SurveyError: this process does not see the survey as its writer does, or a file does not match its hash.

    """
    survey = task.incoming.open()
    match task.what:
        case Hashes():
            survey.verify()
            return {}
        case str(name):
            return LOOKS[name](survey.scan)
        case Targets(share, shares):
            return attempted(survey.scan, share, shares)
        case DataFile() as file:
            return page_marks(survey.read(file))
        case part:
            return sightings(partial(survey.scan_slices, slices=part))


class Piece(msgspec.Struct, frozen=True):
    """A chunk to be judged."""

    number: int
    incoming: Incoming
    briefing: Briefing
    chunk: tuple[Slice, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """What a worker must see."""
        return (self.incoming.survey, self.incoming.folder, self.briefing.folder)

    @property
    def name(self) -> str:
        """What a person knows it by."""
        first, last = self.chunk[0], self.chunk[-1]
        return f"{self.incoming.survey}: measurements from {first.country} {first.date} to {last.country} {last.date}"


class Judged(msgspec.Struct, frozen=True):
    """What judging a chunk gave."""

    measurements: int
    files: tuple[DataFile, ...]
    """Its findings and verdicts, below the folder for incoming files."""


def judge_piece(task: Piece, _: Report) -> Judged:
    """Judge a chunk and write what comes of it.

    Raises:
        SurveyError: this process does not see the survey as its writer does.
        OSError: a file cannot be written.

    """
    fingerprints = task.briefing.fingerprints
    survey = task.incoming.open()
    placed = survey.scan_slices("measurements", task.chunk).select("date", "country", measurement="id").collect()
    slices = grouped(task.chunk, even(task.chunk, FIRST))
    parts = (_load(survey, part, has_bodies=fingerprints is not None) for part in slices)
    findings, verdicts = judge_parts(parts, task.briefing.knowledge, fingerprints)
    made = Judgement(placed, findings, verdicts)
    files = tuple(stage(made, Path(task.incoming.folder), task.briefing.inputs, task.number))
    return Judged(sum(piece.measurements for piece in task.chunk), files)


def tables_of(survey: Survey, measurement: str, country: str) -> Mapping[str, pl.DataFrame]:
    """Read the observations of one measurement, of whose country the survey has a partition."""
    tables = {
        name: survey.scan(name, [country]).filter(_of(name) == measurement).drop("date", "country").collect()
        for name in OBSERVATION_TABLES
        if TABLES[name].is_partitioned
    }
    return _with_shared(survey, tables, has_bodies=True)


def _of(table: str) -> pl.Expr:
    return pl.col("id" if table == "measurements" else "measurement")


def _load(survey: Survey, chunk: tuple[Slice, ...], *, has_bodies: bool) -> Mapping[str, pl.DataFrame]:
    """Read one chunk: its slices of the partitioned tables, and of the shared ones what these refer to.

    Bodies are searched for the built-in artefacts beforehand; only other lists of fingerprints need them here.
    """
    partitioned = [name for name in OBSERVATION_TABLES if TABLES[name].is_partitioned]
    tables = numbered((name, survey.load(name, chunk, without=_unread(name))) for name in partitioned)
    return _with_shared(survey, tables, has_bodies=has_bodies)


def _unread(table: str) -> frozenset[str]:
    """Give the columns that judging does not need; findings and verdicts go where their measurement lies."""
    return UNREAD if table == "measurements" else UNREAD.union(PARTITION_COLUMNS)


def _with_shared(survey: Survey, tables: Mapping[str, pl.DataFrame], *, has_bodies: bool) -> Mapping[str, pl.DataFrame]:
    """Add what the rows refer to of the tables that the whole survey shares."""
    pages, handshakes = tables["http_round_trips"], tables["tls_handshakes"]
    shared = {"certificates": _referred(survey, "certificates", members(handshakes))}
    shown = pages["body_sha256"].drop_nulls().unique()
    bodies = {"bodies": _referred(survey, "bodies", shown.to_list())} if has_bodies else {}
    return {**tables, **shared, **bodies}


def _referred(survey: Survey, table: str, hashes: list[str]) -> pl.DataFrame:
    return survey.scan(table).filter(pl.col("sha256").is_in(hashes)).collect(engine="streaming")
