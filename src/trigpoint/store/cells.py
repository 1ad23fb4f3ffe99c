"""Writing cells into a survey, as a whole and named by the hash of the verdicts that they were made from."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from trigpoint.store import parquet
from trigpoint.store.manifest import Aggregated, DataFile
from trigpoint.store.schemas import CELL_TABLES
from trigpoint.store.survey import Survey
from trigpoint.store.writer import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from trigpoint.store.writer import Writer


def commit_cells(path: Path | str, aggregate: Callable[[Writer, str], Iterable[DataFile]], version: str) -> Survey:
    """Replace the cells of a survey as a whole.

    Nothing is done where the same verdicts were aggregated by the same version already.

    Args:
        path: folder of the survey.
        aggregate: writes the cells of the survey (:func:`stage`), partition by partition, and names the files; called
            once this is its only writer, with the hash of what it is to read.
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
        return writer.commit_cells(aggregate(writer, inputs), Aggregated(version=version, inputs=inputs))


def stage(frames: Mapping[str, pl.DataFrame], folder: Path, like: DataFile) -> Iterator[DataFile]:
    """Write the cells of one partition below a folder for incoming files.

    Args:
        frames: rows of each table of ``CELL_TABLES``.
        folder: the writer's.
        like: partition and name.

    Raises:
        OSError: a file cannot be written.

    """
    for table in CELL_TABLES:
        if frames[table].height:
            yield parquet.write(frames[table], folder, msgspec.structs.replace(like, table=table))


def _inputs(survey: Survey, version: str) -> str:
    digest = hashlib.sha256(version.encode())
    for file in survey.files:
        if file.table not in CELL_TABLES:
            digest.update(f"\n{file.path} {file.sha256}".encode())
    return digest.hexdigest()
