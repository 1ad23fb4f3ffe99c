"""Aggregating a survey: one day and country at a time, so that memory does not grow with it, and processes share it."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.errors import SurveyError
from trigpoint.events.cells import cells, probe_votes, resolver_votes, words
from trigpoint.judge import RULES
from trigpoint.judge.rule import Layer
from trigpoint.model.verdict import State
from trigpoint.store.cells import commit_cells, stage
from trigpoint.store.incoming import Incoming
from trigpoint.store.manifest import DataFile
from trigpoint.workers import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.store.survey import Survey
    from trigpoint.store.writer import Writer
    from trigpoint.workers import Report, Workers

LEAST = 10_000
"""Measurements that a process is given at least: each partition costs the same, however small it is."""

_SIGNS = [rule.id for rule in RULES if rule.layer is Layer.DNS and rule.state is State.BLOCKED]


def _own_text() -> str:
    """Read the program text of this folder, so that no change of how cells are made goes unseen (R7)."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))


CELLS_VERSION = hashlib.sha256(_own_text().encode()).hexdigest()[:12]
"""Names how cells are made."""


def aggregate_survey(path: Path | str, workers: Workers | None = None) -> Survey:
    """Write the cells of a judged survey; nothing is done where they are there.

    Args:
        path: folder of the survey.
        workers: who does the work. Missing: this process.

    Raises:
        SurveyError: there is no survey, it is not judged, in use, damaged, or written by a newer version.

    """

    def aggregated(writer: Writer, inputs: str) -> Iterator[DataFile]:
        if not writer.survey.is_judged:
            message = f"{writer.path} is not judged yet: run `trigpoint judge {writer.path}`"
            raise SurveyError(message)
        incoming, stem = Incoming.of(writer), inputs[:16]
        shares = _shares(writer.survey.partitions())
        tasks = [Share(number, incoming, stem, partitions) for number, partitions in enumerate(shares)]
        with closing(in_order(aggregate_share, tasks, workers)) as results:
            for files in results:
                yield from files

    return commit_cells(path, aggregated, CELLS_VERSION)


class Share(msgspec.Struct, frozen=True):
    """Partitions that one process aggregates."""

    number: int
    incoming: Incoming
    stem: str
    """Beginning of the names of its files."""
    partitions: tuple[tuple[int, str, str], ...]
    """Number among all, date and country."""

    @property
    def places(self) -> tuple[str, ...]:
        """What a worker must see."""
        return (self.incoming.survey, self.incoming.folder)

    @property
    def name(self) -> str:
        """What a person knows it by."""
        (_, date, country), (_, last_date, last_country) = self.partitions[0], self.partitions[-1]
        return f"{self.incoming.survey}: cells from {date} {country} to {last_date} {last_country}"


def aggregate_share(task: Share, _: Report) -> tuple[DataFile, ...]:
    """Make the cells of some partitions and write them.

    Raises:
        SurveyError: this process does not see the survey as its writer does.
        OSError: a file cannot be written.

    """
    survey, folder = task.incoming.open(), Path(task.incoming.folder)
    return tuple(
        file
        for number, date, country in task.partitions
        for file in stage(
            _partition(survey, date, country),
            folder,
            DataFile(table="", date=date, country=country, name=f"{task.stem}-{number:05d}.parquet"),
        )
    )


def _shares(partitions: Iterable[tuple[str, str, int]]) -> Iterator[tuple[tuple[int, str, str], ...]]:
    share: list[tuple[int, str, str]] = []
    size = 0
    for number, (date, country, measurements) in enumerate(partitions):
        share.append((number, date, country))
        size += measurements
        if size >= LEAST:
            yield tuple(share)
            share, size = [], 0
    if share:
        yield tuple(share)


def _partition(survey: Survey, date: str, country: str) -> dict[str, pl.DataFrame]:
    """Make the cells of one day and country."""

    def rows(table: str, *columns: str) -> pl.DataFrame:
        return survey.scan_partition(table, date, country).select("date", "country", *columns).collect()

    measurements = rows("measurements", "id", "report_id", "target", "started_at")
    verdicts = rows(
        "verdicts", "measurement", "target", "probe_asn", "started_at", "state",
        "mechanisms", "interference", "explanations", "rules", "parts",
    )  # fmt: skip
    lookups = rows(
        "dns_lookups", "measurement", "step", "vantage", "hostname", "resolver_asn", "failure", "answer_count"
    )
    signs = rows("findings", "measurement", "step", "rule").filter(pl.col("rule").is_in(_SIGNS))
    votes = (probe_votes(verdicts, measurements), resolver_votes(lookups, signs, measurements))
    runs = pl.concat([vote.tallied() for vote in votes])
    return {"cells": cells(runs), "cell_runs": runs, "cell_words": words(verdicts)}
