"""Writing findings and verdicts into a survey, as a whole and named by the hash of what they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.store import parquet
from trigpoint.store.manifest import DataFile, Judged
from trigpoint.store.schemas import VERDICT_TABLES
from trigpoint.store.survey import PARTITION_COLUMNS, Slice, Survey
from trigpoint.store.writer import inputs_hash, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from trigpoint.model.provenance import ReferenceFile
    from trigpoint.store.writer import Writer


class Judgement(msgspec.Struct, frozen=True):
    """What the judge says of one chunk of a survey."""

    chunk: tuple[Slice, ...]
    """The slices that it read."""
    findings: pl.DataFrame
    """Rows of ``findings``."""
    verdicts: pl.DataFrame
    """Rows of ``verdicts``."""


def commit_verdicts(
    path: Path | str,
    judge: Callable[[Survey], Iterable[Judgement]],
    rules: str,
    references: Iterable[ReferenceFile] = (),
) -> Survey:
    """Judge a survey and replace its findings and verdicts as a whole.

    Nothing is done where the same observations were judged by the same rules and references already.

    Args:
        path: folder of the survey.
        judge: gives the judgements of the survey, chunk by chunk; called once this is its only writer.
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
        files = [
            file
            for part, judgement in enumerate(judge(writer.survey))
            for file in _stage(writer, judgement, f"{inputs[:16]}-{part:05d}")
        ]
        return writer.commit_verdicts(files, Judged(rules=rules, inputs=inputs, references=used))


def _stage(writer: Writer, judgement: Judgement, stem: str) -> Iterator[DataFile]:
    partition_of = writer.survey.load("measurements", judgement.chunk).select(
        pl.col("id").alias("measurement"), *PARTITION_COLUMNS
    )
    for table in VERDICT_TABLES:
        frame: pl.DataFrame = getattr(judgement, table)
        rows = frame.drop(*PARTITION_COLUMNS, strict=False).join(partition_of, on="measurement", how="inner")
        if rows.height != frame.height:
            message = f"{table}: {frame.height - rows.height} rows belong to no measurement of their chunk"
            raise ValueError(message)
        for key, partition in rows.partition_by(*PARTITION_COLUMNS, as_dict=True, maintain_order=True).items():
            date, country = (str(part) for part in key)
            like = DataFile(table=table, date=date, country=country, name=f"{stem}.parquet")
            yield parquet.write(partition, writer.incoming, like)
