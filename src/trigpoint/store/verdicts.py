"""Writing findings and verdicts into a survey, as a whole and named by the hash of what they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.store import parquet
from trigpoint.store.manifest import DataFile, Judged
from trigpoint.store.schemas import VERDICT_TABLES
from trigpoint.store.survey import PARTITION_COLUMNS, Survey
from trigpoint.store.writer import inputs_hash, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from trigpoint.model.provenance import ReferenceFile
    from trigpoint.store.writer import Writer


class Judgement(msgspec.Struct, frozen=True):
    """What the judge says of one chunk of a survey."""

    places: pl.DataFrame
    """measurement, date, country of each measurement of the chunk."""
    findings: pl.DataFrame
    """Rows of ``findings``."""
    verdicts: pl.DataFrame
    """Rows of ``verdicts``."""


def commit_verdicts(
    path: Path | str,
    judge: Callable[[Writer, str], Iterable[DataFile]],
    rules: str,
    references: Iterable[ReferenceFile] = (),
) -> Survey:
    """Judge a survey and replace its findings and verdicts as a whole.

    Nothing is done where the same observations were judged by the same rules and references already.

    Args:
        path: folder of the survey.
        judge: writes the judgements of the survey (:func:`stage`), chunk by chunk, and names the files; called once
            this is its only writer, with the hash of what it is to read.
        rules: version of the rules.
        references: reference files that the rules read.

    Returns:
        The survey after the commit.

    Raises:
        SurveyError: there is no survey, it is in use, damaged, or written by a newer version; or the disk is full.

    """
    used = tuple(references)
    Survey.open(path)  # before the folder is touched: judging makes no survey
    with writing(path) as writer:
        inputs = inputs_hash(writer.survey, rules, used)
        judged = writer.survey.manifest.judged
        if judged is not None and judged.inputs == inputs:
            return writer.survey
        files = list(judge(writer, inputs))
        return writer.commit_verdicts(files, Judged(rules=rules, inputs=inputs, references=used))


def stage(judgement: Judgement, folder: Path, inputs: str, number: int) -> Iterator[DataFile]:
    """Write the judgement of one chunk below a folder for incoming files.

    Args:
        judgement: what the judge says.
        folder: the writer's.
        inputs: hash of what was read.
        number: of the chunk among all.

    Raises:
        OSError: a file cannot be written.

    """
    for table in VERDICT_TABLES:
        frame: pl.DataFrame = getattr(judgement, table)
        rows = frame.drop(*PARTITION_COLUMNS, strict=False).join(judgement.places, on="measurement", how="inner")
        if rows.height != frame.height:
            message = f"{table}: {frame.height - rows.height} rows belong to no measurement of their chunk"
            raise ValueError(message)
        for key, partition in rows.partition_by(*PARTITION_COLUMNS, as_dict=True, maintain_order=True).items():
            date, country = (str(part) for part in key)
            like = DataFile(table=table, date=date, country=country, name=f"{inputs[:16]}-{number:05d}.parquet")
            yield parquet.write(partition, folder, like)
