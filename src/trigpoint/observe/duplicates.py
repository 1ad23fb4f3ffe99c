"""Each measurement, certificate and body once over the whole survey.

The first one stays, in the order of the sources' hashes and then of reading; what comes later is counted for its
source and left out. Which of two equal records carries the archive's uid does not matter for that: preferring it
would mean to change files that are committed.

Keys are kept in a database file in the folder for incoming files, so that memory does not grow with the survey;
those of earlier runs are read only for the partitions that new sources touch. (A duplicate has the same canonical
record, hence the same date and country.)
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.store import parquet
from trigpoint.store.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from trigpoint.model.provenance import Source
    from trigpoint.observe.worker import Done
    from trigpoint.store.manifest import DataFile
    from trigpoint.store.survey import Survey

# Besides "full", what writing gives at a quota or at the largest file allowed.
_DISK_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})

_KEYS = {"measurements": "id", "certificates": "sha256", "bodies": "sha256"}


class Unique:
    """Leaves out of what workers wrote what the survey has already."""

    def __init__(self, survey: Survey, incoming: Path) -> None:
        """Begin with what the survey holds."""
        self._survey = survey
        self._incoming = incoming
        self._database = sqlite3.connect(incoming / "keys.sqlite", isolation_level=None)
        with _disk_errors():
            for pragma in (
                "journal_mode = OFF",
                "synchronous = OFF",
                "cache_size = -16000",
            ):  # it is made anew each run
                self._database.execute(f"PRAGMA {pragma}")
            for table in _KEYS:  # a table of each: with its name beside each key, noting one takes half as long again
                self._database.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._loaded: set[tuple[str, str | None, str | None]] = set()

    def close(self) -> None:
        """Close the database file."""
        self._database.close()

    def accept(self, done: Done) -> tuple[list[Source], list[DataFile]]:
        """Leave out duplicates of one batch. Batches come in their order.

        Returns:
            The sources with their counts, and the data files, both as they are to be committed.

        Raises:
            OSError: a file cannot be written again without its duplicates.

        """
        lost: Counter[str] = Counter()
        files: list[DataFile] = []
        for part in done.parts:
            files += self._part(part.files, lost)
        sources = [
            msgspec.structs.replace(
                source,
                measurements=source.measurements - lost[source.sha256],
                duplicates=source.duplicates + lost[source.sha256],
            )
            for source in done.sources
        ]
        return sources, files

    def _part(self, files: Iterable[DataFile], lost: Counter[str]) -> Iterator[DataFile]:
        repeated: dict[tuple[str | None, str | None], list[str]] = {}
        for file in files:  # measurements come first, so what they lose is known when their steps come
            if file.table in _KEYS:
                again = self._again(file)
                if file.table == "measurements" and again:
                    repeated[file.date, file.country] = again
                    lost.update(self._column(file, "source", again))
            else:
                again = repeated.get((file.date, file.country), []) if TABLES[file.table].is_partitioned else []
            kept = self._without(file, again) if again else file
            if kept is not None:
                yield kept

    def _again(self, file: DataFile) -> list[str]:
        """Give the keys of a file that were there before, and note the others."""
        scope = (file.table, file.date, file.country)
        if scope not in self._loaded:
            self._loaded.add(scope)
            for earlier in self._survey.files:
                if (earlier.table, earlier.date, earlier.country) == scope:
                    self._note(file.table, _keys(self._survey.path, earlier))
        return self._note(file.table, _keys(self._incoming, file))

    def _note(self, table: str, keys: list[str]) -> list[str]:
        statement = f"INSERT OR IGNORE INTO {table} VALUES (?)"  # noqa: S608 - the name of one of our tables
        with _disk_errors(), closing(self._database.cursor()) as cursor:
            cursor.execute("BEGIN")
            again = [key for key in keys if cursor.execute(statement, (key,)).rowcount == 0]
            cursor.execute("COMMIT")
        return again

    def _column(self, file: DataFile, column: str, keys: list[str]) -> list[str]:
        path = self._incoming / file.path
        rows = pl.read_parquet(path, columns=["id", column], hive_partitioning=False, glob=False)
        return rows.filter(pl.col("id").is_in(keys))[column].to_list()

    def _without(self, file: DataFile, keys: list[str]) -> DataFile | None:
        path = self._incoming / file.path
        rows = pl.read_parquet(path, hive_partitioning=False, glob=False)
        kept = rows.filter(~pl.col(_KEYS.get(file.table, "measurement")).is_in(keys))
        path.unlink()
        return parquet.write(kept, self._incoming, file) if kept.height else None


@contextmanager
def _disk_errors() -> Iterator[None]:
    """Let a disk that is full look as it does elsewhere."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _DISK_FULL:
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "keys.sqlite") from error


def _keys(folder: Path, file: DataFile) -> list[str]:
    column = _KEYS[file.table]
    return pl.read_parquet(folder / file.path, columns=[column], hive_partitioning=False, glob=False)[column].to_list()
