"""What one process does: read a batch of files, write its parts into the folder for incoming files."""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from trigpoint.collecting import rare_collection
from trigpoint.errors import InputError
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.model.provenance import Source
from trigpoint.observe.batches import Batch, SourceFile
from trigpoint.observe.parts import Part, PartWriter
from trigpoint.reference.address_plan import addresses_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read: TypeAlias = Callable[[Path, str], Iterator[Measurement | Reject]]
    Identify: TypeAlias = Callable[[Path], str]
    Report: TypeAlias = Callable[[int, int], None]

# A person sees no more than a few changes a second; each report costs a write to a pipe.
_SECONDS_BETWEEN_REPORTS = 0.2
_RECORDS_BETWEEN_LOOKS = 64

# Enough to see what is wrong with a file.
_LISTED_REJECTS = 1_000


class Task(msgspec.Struct, frozen=True):
    """A batch and how to read it. It goes to another process, so everything in it can be pickled."""

    number: int
    """Number of the batch in this run."""
    batch: Batch
    """The files."""
    read: Read
    """Reads one file, whose SHA-256 is given too, as a stream of records."""
    identify: Identify | None
    """Names the format of a file. Missing: formats are not named."""
    folder: str
    """Folder for incoming files."""
    database: str | None
    """Path of an address database or plan. Missing: none."""

    @property
    def places(self) -> tuple[str, ...]:
        """What a worker must see: a file that it does not would become a reject."""
        files = (os.fsdecode(source.file) for source in self.batch.sources)
        return (self.folder, *files, *([self.database] if self.database else []))

    @property
    def name(self) -> str:
        """What a person knows it by."""
        first, *others = self.batch.sources
        return f"{first.path} and {len(others)} others" if others else first.path


class Done(msgspec.Struct, frozen=True):
    """What reading a batch gave."""

    sources: tuple[Source, ...]
    """The files with what was found in each."""
    parts: tuple[Part, ...]
    """What was written."""


def work(task: Task, report: Report) -> Done:
    """Read the files of a batch one after the other and write their parts.

    Args:
        task: the batch.
        report: is told, a few times a second, the measurements and rejects read so far in this batch.

    Raises:
        InputError: a file changed while it was read, or the addresses cannot be read.
        OSError: a part cannot be written.

    """
    lookup = None if task.database is None else addresses_in(task.database).lookup
    writer = PartWriter(Path(task.folder), task.batch.stem, lookup)
    throttle = _Throttle(report)
    unlisted: Counter[str] = Counter()
    with rare_collection():
        for source in task.batch.sources:
            for record in _listed(_records(task.read, source), source, unlisted):
                writer.add(record)
                throttle.count(record)
            _check_unchanged(source)
        parts = writer.finish()
    return Done(tuple(_outcome(task, source, writer, unlisted) for source in task.batch.sources), parts)


def _records(read: Read, source: SourceFile) -> Iterator[Measurement | Reject]:
    """Yield the records of a file; what ends the reader early becomes a reject (R3)."""
    line = None
    try:
        for record in read(Path(os.fsdecode(source.file)), source.sha256):
            line = record.line
            if isinstance(record, Reject) and record.source is None:
                yield msgspec.structs.replace(record, source=source.sha256)
            else:
                yield record
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad file must not cost the others, whatever it does to the reader
        after = "" if line is None else f" after line {line}"
        reason = f"the reader failed{after}: {type(error).__name__}: {error}"
        yield Reject(source=source.sha256, path=source.path, line=line, reason=reason)


def _check_unchanged(source: SourceFile) -> None:
    """Refuse a file that is another one than was hashed. Hashing it again while it is read would cost 11 us a record.

    Raises:
        InputError: its size or the time of its last change is another one; what was read of it is not kept.

    """
    with suppress(OSError):  # it was there when it was read, or there is a reject that says so
        found = os.stat(source.file)  # noqa: PTH116 - the path as the system has it
        if (found.st_size, found.st_mtime_ns) != (source.size_bytes, source.modified_ns):
            message = f"{source.path}: the file changed while it was read; run again"
            raise InputError(message)


def _listed(
    records: Iterator[Measurement | Reject], source: SourceFile, unlisted: Counter[str]
) -> Iterator[Measurement | Reject]:
    """List the first rejects of a file and count the others in one row, so that a hostile file stays small (R3)."""
    rejects = 0
    for record in records:
        if isinstance(record, Reject):
            rejects += 1
            if rejects > _LISTED_REJECTS:
                unlisted[source.sha256] += 1
                continue
        yield record
    if unlisted[source.sha256]:
        reason = f"{unlisted[source.sha256]:,} more records of this file were rejected; they are counted and not listed"
        yield Reject(source=source.sha256, path=source.path, reason=reason)
        unlisted[source.sha256] -= 1  # the row that says so is counted as a reject itself


def _outcome(task: Task, source: SourceFile, writer: PartWriter, unlisted: Counter[str]) -> Source:
    return Source(
        path=source.path,
        sha256=source.sha256,
        bytes=source.size_bytes,
        format=_format(task.identify, source),
        measurements=writer.written["measurements"][source.sha256],
        duplicates=writer.duplicates[source.sha256],
        rejects=writer.written["rejects"][source.sha256] + unlisted[source.sha256],
    )


def _format(identify: Identify | None, source: SourceFile) -> str:
    if identify is None:
        return "unknown"
    try:
        return identify(Path(os.fsdecode(source.file)))
    except Exception:  # noqa: BLE001 - a file of no known format was read into rejects, which say why
        return "unknown"


class _Throttle:
    """Reports counts a few times a second."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._measurements = 0
        self._rejects = 0
        self._last = time.monotonic()

    def count(self, record: Measurement | Reject) -> None:
        if isinstance(record, Reject):
            self._rejects += 1
        else:
            self._measurements += 1
        count = self._measurements + self._rejects
        if count % _RECORDS_BETWEEN_LOOKS == 0 and time.monotonic() - self._last > _SECONDS_BETWEEN_REPORTS:
            self._last = time.monotonic()
            self._report(self._measurements, self._rejects)
