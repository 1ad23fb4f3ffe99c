"""Batches: what one worker reads at a time, one large source or several small ones, in the order of their hashes.

The order of hashes makes the result independent of the order of the paths and of the number of processes. A batch
is taken from the beginning of what is left, so that a run that was interrupted after some batches goes on with the
same ones.
"""

from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.measurement import Reject
from trigpoint.store import durable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

# Thousands of files with one measurement each would make thousands of folders of tiny files; together they make one
# part. Compressed archives grow about ten times, so this is some 1,500 measurements.
_BATCH_BYTES = 4 * 2**20
_BATCH_FILES = 2_000


class SourceFile(msgspec.Struct, frozen=True):
    """One file to read."""

    sha256: str
    """SHA-256 (hex) of its bytes."""
    size_bytes: int
    """Its size."""
    path: str
    """Path as given, as Unicode."""
    file: bytes
    """Path as the system has it."""
    modified_ns: int
    """When it was changed last before it was hashed, nanoseconds since 1970-01-01 UTC."""


class Batch(msgspec.Struct, frozen=True):
    """Files that one worker reads together."""

    sources: tuple[SourceFile, ...]
    """The files in the order of their hashes."""

    @property
    def stem(self) -> str:
        """Beginning of the names of its data files: 16 digits of the hash of its source, or of its sources' hashes."""
        hashes = [source.sha256 for source in self.sources]
        digest = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
        return digest[:16]


def hash_sources(paths: Iterable[Path], threads: int) -> tuple[list[SourceFile], list[Reject]]:
    """Hash files.

    Returns:
        The files in the order of the hashes, each content once (under the first of its paths), and a reject for
        each file that cannot be read.

    """
    found: dict[str, SourceFile] = {}
    unreadable = []
    stop = threading.Event()
    with ThreadPoolExecutor(threads) as pool:  # hashing releases the interpreter's lock
        try:
            for result in pool.map(partial(_hash, stop), sorted(set(paths))):
                if isinstance(result, Reject):
                    unreadable.append(result)
                else:
                    found.setdefault(result.sha256, result)
        finally:
            stop.set()  # an interruption does not wait for the end of large files
    return sorted(found.values(), key=lambda source: source.sha256), unreadable


def _hash(stop: threading.Event, path: Path) -> SourceFile | Reject:
    given = shown(path)
    try:
        modified = path.stat().st_mtime_ns
        digest, size = durable.sha256_of(path, stop)
    except OSError as error:
        return Reject(path=given, reason=f"the file cannot be read: {error.strerror}")
    return SourceFile(sha256=digest, size_bytes=size, path=given, file=os.fsencode(path), modified_ns=modified)


def shown(path: Path) -> str:
    """Give a path as Unicode; bytes of a name that are not become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def plan(sources: Iterable[SourceFile], known: Collection[str]) -> Iterator[Batch]:
    """Group the sources that are not known yet, one after the other, into batches."""
    batch: list[SourceFile] = []
    size = 0
    for source in sources:
        if source.sha256 in known:
            continue
        if batch and (size + source.size_bytes > _BATCH_BYTES or len(batch) == _BATCH_FILES):
            yield Batch(tuple(batch))
            batch, size = [], 0
        batch.append(source)
        size += source.size_bytes
    if batch:
        yield Batch(tuple(batch))
