"""Parts: a bounded share of a batch's rows, written as one file for each table and partition."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.model.measurement import Measurement
from trigpoint.observe.flatten import Rows
from trigpoint.store import parquet
from trigpoint.store.manifest import DataFile
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trigpoint.model.measurement import Reject
    from trigpoint.observe.places import Places
    from trigpoint.reference.addresses import AddressLookup

# Records and steps as Python objects take about 1 kB each: 16,000 are 16 MB, some 1,000 measurements of 15 steps.
_ROWS_AS_OBJECTS = 16_000

# Bodies and certificates held besides, before they go into a table.
_CONTENT_BYTES = 8 * 2**20

# Tables held in memory before they are written. Fewer parts mean fewer files; twice this much is in use while
# rows are sorted and compressed, so that a process stays well below 300 MB.
_TABLE_BYTES = 22 * 2**20

# A part is never larger than a chunk of the judge.
_MEASUREMENTS = 20_000


class Part(msgspec.Struct, frozen=True):
    """What was written for one share of a batch."""

    files: tuple[DataFile, ...]
    """Its data files, below the folder for incoming files."""


class PartWriter:
    """Gathers records and writes a part whenever enough are there. Where a part ends depends on the records alone."""

    def __init__(self, folder: Path, stem: str, lookup: AddressLookup | None = None) -> None:
        """Write below ``folder`` files whose names begin with ``stem``."""
        self._folder = folder
        self._stem = stem
        self._rows = Rows(lookup)
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._table_bytes = 0
        self._ids: set[str] = set()
        self._parts: list[Part] = []
        self.duplicates: Counter[str] = Counter()
        """Measurements left out because the same part holds them already, by source."""
        self.written: dict[str, Counter[str]] = {"measurements": Counter(), "rejects": Counter()}
        """Rows written of these tables, by source."""

    def add(self, record: Measurement | Reject) -> None:
        """Take one record.

        Raises:
            OSError: a part cannot be written.

        """
        if isinstance(record, Measurement):
            if record.id in self._ids:
                self.duplicates[record.source] += 1
                return
            self._ids.add(record.id)
        self._rows.add(record)
        if self._rows.count >= _ROWS_AS_OBJECTS or self._rows.content_bytes >= _CONTENT_BYTES:
            self._build()
        if self._table_bytes >= _TABLE_BYTES or len(self._ids) >= _MEASUREMENTS:
            self._write()

    def finish(self) -> tuple[Part, ...]:
        """Write what is left.

        Returns:
            Every part in the order of the records.

        Raises:
            OSError: a part cannot be written.

        """
        self._write()
        return tuple(self._parts)

    def _build(self) -> None:
        for name, frame in self._rows.take().items():
            if frame.height:
                self._frames.setdefault(name, []).append(frame)
                self._table_bytes += int(frame.estimated_size())

    def _write(self) -> None:
        self._build()
        stem, places = f"{self._stem}-{len(self._parts):05d}", self._rows.places()
        files = tuple(file for name in OBSERVATION_TABLES for file in self._write_table(name, stem, places))
        self._table_bytes = 0
        self._ids.clear()
        if files:
            self._parts.append(Part(files))

    def _write_table(self, name: str, stem: str, places: Places) -> Iterator[DataFile]:
        frames = self._frames.pop(name, None)
        if frames is None:
            return
        whole = pl.concat(frames, rechunk=False)
        frames.clear()
        if name in self.written:
            self.written[name].update(whole["source"].to_list())
        if not TABLES[name].is_partitioned:
            if name != "rejects":
                whole = whole.unique("sha256", keep="first", maintain_order=True)
            yield parquet.write(whole, self._folder, DataFile(table=name, name=f"{stem}.parquet"))
            return
        for date, country, rows in places.parted(name, whole):
            like = DataFile(table=name, date=date, country=country, name=f"{stem}.parquet")
            yield parquet.write(rows, self._folder, like, is_sorted=True)
