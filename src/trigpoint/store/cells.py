"""Writing cells into a survey, as a whole and named by the hash of the verdicts that they were made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

from trigpoint.store import parquet
from trigpoint.store.manifest import Aggregated, DataFile
from trigpoint.store.schemas import CELL_TABLES
from trigpoint.store.survey import Survey
from trigpoint.store.writer import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import polars as pl

Partition: TypeAlias = "tuple[str, str, Mapping[str, pl.DataFrame]]"
"""Date, country, and the rows of each table of ``CELL_TABLES``."""


def commit_cells(path: Path | str, aggregate: Callable[[Survey], Iterable[Partition]], version: str) -> Survey:
    """Replace the cells of a survey as a whole.

    Nothing is done where the same verdicts were aggregated by the same version already.

    Args:
        path: folder of the survey.
        aggregate: gives the partitions of the survey; called once this is its only writer.
        version: names how cells are made.

    Returns:
        The survey after the commit.

    Raises:
        SurveyError: there is no survey, it is in use, damaged, or written by a newer version; or the disk is full.

    """
    Survey.open(path)  # before the folder is touched: aggregating makes no survey
    with writing(path) as writer:
        inputs = _inputs(writer.survey, version)
        aggregated = writer.survey.manifest.aggregated
        if aggregated is not None and aggregated.inputs == inputs:
            return writer.survey
        files = [
            parquet.write(
                frames[table],
                writer.incoming,
                DataFile(table=table, date=date, country=country, name=f"{inputs[:16]}-{part:05d}.parquet"),
            )
            for part, (date, country, frames) in enumerate(aggregate(writer.survey))
            for table in CELL_TABLES
            if frames[table].height
        ]
        return writer.commit_cells(files, Aggregated(version=version, inputs=inputs))


def _inputs(survey: Survey, version: str) -> str:
    digest = hashlib.sha256(version.encode())
    for file in survey.files:
        if file.table not in CELL_TABLES:
            digest.update(f"\n{file.path} {file.sha256}".encode())
    return digest.hexdigest()
