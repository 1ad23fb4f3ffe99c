"""Reading a survey: the directory that holds every table of one run of the whole."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.errors import DamagedSurveyError, SurveyError
from trigpoint.store import durable, manifest
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from trigpoint.model.provenance import ReferenceFile, Source
    from trigpoint.store.manifest import Counts, DataFile, Manifest

PARTITION_COLUMNS = MappingProxyType({"date": pl.String(), "country": pl.String()})
"""Columns that the path of a partitioned table's file adds to its rows."""


class Slice(msgspec.Struct, frozen=True, order=True):
    """The smallest piece of a survey that can be loaded alone: one part of one partition, over all its tables."""

    country: str
    """Country of the probe, or ``ZZ``."""
    date: str
    """UTC day, or ``unknown``."""
    stem: str
    """What the names of its files share."""
    measurements: int = 0
    """Number of its measurements."""


def grouped(slices: Iterable[Slice], limit: int) -> Iterator[tuple[Slice, ...]]:
    """Group slices, in their order, into chunks of at most ``limit`` measurements, or of one slice."""
    chunk: list[Slice] = []
    size = 0
    for piece in slices:
        if chunk and size + piece.measurements > limit:
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(piece)
        size += piece.measurements
    if chunk:
        yield tuple(chunk)


def even(slices: Collection[Slice], most: int) -> int:
    """Give a limit for :func:`grouped` with which groups are about as large as each other, and as few as can be.

    Args:
        slices: what is to be grouped.
        most: how many measurements a group may have.

    >>> pieces = [Slice("XL", "2024-11-04", str(number), 1_000) for number in range(15)]
    >>> [len(group) for group in grouped(pieces, even(pieces, 10_000))]
    [8, 7]

    """
    sizes = [piece.measurements for piece in slices]
    groups = -(-sum(sizes) // most) or 1
    return min(most, sum(sizes) // groups + max(sizes, default=0))  # slices are not divided


class Survey:
    """A survey as one commit left it. Later commits do not change an object that is open."""

    def __init__(self, path: Path, content: Manifest, files: tuple[DataFile, ...]) -> None:
        """Take what :meth:`open` has read; use that."""
        self.path = path
        self.manifest = content
        self.files = files
        self._by_table: dict[str, list[DataFile]] = defaultdict(list)
        self._by_partition: dict[tuple[str, str | None, str | None], list[DataFile]] = defaultdict(list)
        for file in files:
            self._by_table[file.table].append(file)
            self._by_partition[file.table, file.date, file.country].append(file)

    @classmethod
    def open(cls, path: Path | str) -> Survey:
        """Open the survey in a folder and check that every file of it is there with its size.

        Raises:
            SurveyError: there is no survey.
            NewerSurveyError: a newer version wrote it.
            DamagedSurveyError: the manifest cannot be read, or a file is missing or has another size.

        """
        folder = Path(path)
        if not (folder / manifest.MANIFEST_NAME).exists():
            message = f"{folder}: there is no survey here (no {manifest.MANIFEST_NAME})"
            raise SurveyError(message)
        content = manifest.read(folder)
        files = manifest.read_list(folder, content.files)
        for file in files:
            _check_size(folder, file)
        return cls(folder, content, files)

    def verify(self, country: str | None = None) -> None:
        """Hash data files again.

        Args:
            country: only its files, and those that all countries share. Missing: all.

        Raises:
            DamagedSurveyError: one does not match its hash.

        """
        for file in self.files:
            if None not in {country, file.country} and file.country != country:
                continue
            _check_size(self.path, file)
            if durable.sha256_of(self.path / file.path)[0] != file.sha256:
                message = f"{self.path}: {file.path} does not match its hash; the survey is damaged"
                raise DamagedSurveyError(message)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every file that was read into it, in the order of the hashes."""
        return self.manifest.sources

    @property
    def counts(self) -> Counts:
        """What it holds."""
        return self.manifest.counts

    @property
    def versions(self) -> Mapping[str, str]:
        """Version of the format, of the program, and of the rules once it is judged."""
        content = self.manifest
        rules = {} if content.judged is None else {"rules": content.judged.rules}
        return MappingProxyType({"format": str(content.format), "trigpoint": content.trigpoint, **rules})

    @property
    def references(self) -> tuple[ReferenceFile, ...]:
        """Every reference file that its tables were made with."""
        judged = self.manifest.judged
        return self.manifest.references + (() if judged is None else judged.references)

    @property
    def is_judged(self) -> bool:
        """Whether findings and verdicts of all its observations are there."""
        return self.manifest.judged is not None

    @property
    def has_cells(self) -> bool:
        """Whether the cells of all its verdicts are there."""
        return self.manifest.aggregated is not None

    def countries(self) -> dict[str, int]:
        """Count the measurements of each country, in the order of the codes; ``ZZ`` is unknown."""
        found: Counter[str] = Counter()
        for file in self._by_table["measurements"]:
            found[file.country or manifest.UNKNOWN_COUNTRY] += file.rows
        return dict(sorted(found.items()))

    def partitions(self) -> list[tuple[str, str, int]]:
        """List date, country and number of measurements of each partition, sorted."""
        found: Counter[tuple[str, str]] = Counter()
        for piece in self.slices():
            found[piece.date, piece.country] += piece.measurements
        return [(date, country, rows) for (date, country), rows in sorted(found.items())]

    def slices(self, countries: Collection[str] | None = None) -> list[Slice]:
        """List what can be loaded alone, in the order of country, date and name."""
        return sorted(
            Slice(file.country or "", file.date or "", file.stem, file.rows)
            for file in self._files("measurements", countries)
        )

    def chunks(self, limit: int = 20_000, countries: Collection[str] | None = None) -> Iterator[tuple[Slice, ...]]:
        """Group slices of one country after the other into chunks of at most ``limit`` measurements.

        A slice is never divided, so a chunk of a single slice can be larger; ``observe`` keeps them below the default.
        """
        return grouped(self.slices(countries), limit)

    def scan(self, table: str, countries: Collection[str] | None = None) -> pl.LazyFrame:
        """Scan one table, with the columns ``date`` and ``country`` where it is partitioned.

        Args:
            table: a name of ``TABLES``.
            countries: keep only these; missing: all. Means nothing for a table without partitions.

        Returns:
            Every row, or no row with the right columns.

        """
        return self._scan(table, self._files(table, countries))

    def scan_partition(self, table: str, date: str, country: str) -> pl.LazyFrame:
        """Scan one partition of one table, with the columns ``date`` and ``country``."""
        return self._scan(table, self._by_partition[table, date, country])

    def read(self, file: DataFile) -> pl.DataFrame:
        """Read one file."""
        return self._scan(file.table, [file]).collect()

    def each(self, table: str) -> Iterator[pl.DataFrame]:
        """Read one table file by file, in the order of the files' paths: what memory could not hold as a whole."""
        for file in self._by_table[table]:
            yield self.read(file)

    def load(self, table: str, slices: Collection[Slice], without: Collection[str] = ()) -> pl.DataFrame:
        """Read the rows of one partitioned table for the given slices, with ``date`` and ``country``.

        Args:
            table: a name of ``TABLES``.
            slices: of this survey.
            without: columns to leave out; what the table does not have is left out anyway.

        """
        # As many pieces as files would slow down whatever is done with it.
        return self.scan_slices(table, slices).drop(without, strict=False).collect().rechunk()

    def scan_slices(self, table: str, slices: Collection[Slice]) -> pl.LazyFrame:
        """Scan one partitioned table for the given slices, with ``date`` and ``country``."""
        wanted = {(piece.date, piece.country): set[str]() for piece in slices}
        for piece in slices:
            wanted[piece.date, piece.country].add(piece.stem)
        files = [
            file
            for (date, country), stems in sorted(wanted.items())
            for file in self._by_partition[table, date, country]
            if file.stem in stems
        ]
        return self._scan(table, files)

    def _files(self, table: str, countries: Collection[str] | None) -> list[DataFile]:
        files = self._by_table[table]
        if countries is None or not TABLES[table].is_partitioned:
            return files
        return [file for file in files if file.country in countries]

    def _scan(self, table: str, files: list[DataFile]) -> pl.LazyFrame:
        columns = TABLES[table].schema
        if not TABLES[table].is_partitioned:
            return self._scan_plain(files) if files else pl.LazyFrame(schema=columns)
        if not files:
            return pl.LazyFrame(schema=columns | dict(PARTITION_COLUMNS))
        folder = str(self.path.absolute())
        if "=" in folder:  # Polars would take a folder above the survey for a partition
            return _scan_each(self.path, files, columns)
        return pl.scan_parquet(
            [f"{folder}/{file.path}" for file in files],  # a path object for each of many files takes 10 us
            glob=False,
            hive_partitioning=True,
            hive_schema=dict(PARTITION_COLUMNS),
            try_parse_hive_dates=False,
            schema=columns,
            missing_columns="insert",  # what an older version wrote has fewer
            extra_columns="ignore",
        )

    def _scan_plain(self, files: list[DataFile]) -> pl.LazyFrame:
        return pl.scan_parquet([self.path / file.path for file in files], glob=False, hive_partitioning=False)


def _scan_each(folder: Path, files: list[DataFile], columns: dict[str, pl.DataType]) -> pl.LazyFrame:
    return pl.concat(
        [
            pl.scan_parquet(
                folder / file.path,
                glob=False,
                hive_partitioning=False,
                schema=columns,
                missing_columns="insert",
                extra_columns="ignore",
            ).with_columns(
                pl.lit(file.date, PARTITION_COLUMNS["date"]).alias("date"),
                pl.lit(file.country, PARTITION_COLUMNS["country"]).alias("country"),
            )
            for file in files
        ]
    )


def _check_size(folder: Path, file: DataFile) -> None:
    try:
        size = os.stat(folder / file.path).st_size  # noqa: PTH116 - a third of the time of Path.stat over many files
    except OSError as error:
        message = f"{folder}: {file.path} is missing; the survey is damaged"
        raise DamagedSurveyError(message) from error
    if size != file.bytes:
        message = f"{folder}: {file.path} has {size} bytes instead of {file.bytes}; the survey is damaged"
        raise DamagedSurveyError(message)
