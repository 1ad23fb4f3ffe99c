"""Surveys made of rows that tests construct, written by the writer itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.observe import records
from trigpoint.model.provenance import Source
from trigpoint.observe.flatten import tables
from trigpoint.store import parquet
from trigpoint.store.manifest import DataFile
from trigpoint.store.schemas import TABLES
from trigpoint.store.writer import Writer, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trigpoint.model.measurement import Measurement, Reject
    from trigpoint.store.survey import Survey


def stage(writer: Writer, content: Sequence[Measurement | Reject], stem: str) -> list[DataFile]:
    """Write the tables of records as one part below ``incoming``."""
    files = []
    for name, frame in tables(content).items():
        if not TABLES[name].is_partitioned:
            if frame.height:
                files.append(parquet.write(frame, writer.incoming, DataFile(table=name, name=f"{stem}.parquet")))
            continue
        for (date, country), rows in frame.partition_by("date", "country", as_dict=True).items():
            like = DataFile(table=name, date=str(date), country=str(country), name=f"{stem}.parquet")
            files.append(parquet.write(rows, writer.incoming, like))
    return files


def source(seed: int, measurements: int = 0) -> Source:
    return Source(
        path=f"{seed}.jsonl", sha256=records.sha256(f"{seed}"), bytes=1, format="orders", measurements=measurements
    )


def add(path: Path, seed: int, content: Sequence[Measurement | Reject]) -> Survey:
    """Commit one source of records to a survey."""
    made = source(seed, len(content))
    with writing(path) as writer:
        return writer.commit_observations([made], stage(writer, content, f"{made.sha256[:16]}-00000"))


def small(path: Path) -> Survey:
    """A survey of five measurements: three of IR on two days, one of CN, one of an unknown country."""
    day_after = records.STARTED + records.DAY
    add(path, 1, [records.measurement(1), records.measurement(2), records.measurement(3, started_at=day_after)])
    return add(path, 2, [records.measurement(4, probe_cc="CN"), records.measurement(5, probe_cc=None)])
