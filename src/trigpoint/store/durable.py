"""Files that are whole or absent: hashes, writes in one step, and one writer at a time."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trigpoint.errors import SurveyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from threading import Event

# Large enough that the interpreter's lock is held for a small share of the time only.
_CHUNK_BYTES = 2**20

# The ways in which a file system says that it cannot hold more: full, over quota, over the largest file allowed.
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def sha256_of(path: Path, stop: Event | None = None) -> tuple[str, int]:
    """Hash a file's bytes as a stream.

    Args:
        path: the file.
        stop: once set, hashing ends early and its result means nothing.

    Returns:
        SHA-256 (hex) and the number of bytes that were hashed.

    Raises:
        OSError: the file cannot be read.

    """
    digest = hashlib.sha256()
    size = 0
    with path.open("rb", buffering=0) as file:
        while (chunk := file.read(_CHUNK_BYTES)) and not (stop is not None and stop.is_set()):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new one and nothing between.

    Args:
        path: the file.
        content: what it holds afterwards.
        mode: who may read and write it, less what the process withholds (its umask).

    Raises:
        OSError: the disk is full, or the folder cannot be written; the old content stands.

    """
    draft = path.with_name(f"{path.name}.new")
    try:
        with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """Ask the system to bring a file or folder to disk (``fsync``)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold a folder as its only writer. The lock ends with the process, however that ends.

    Raises:
        SurveyError: another process holds it.

    """
    descriptor = os.open(folder, os.O_RDONLY)  # the folder itself is locked, so no lock file is left behind
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"{folder}: another run is writing to this survey; wait for it to end"
            raise SurveyError(message) from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def space_for(folder: Path) -> Iterator[None]:
    """Turn a full disk into one sentence.

    Raises:
        SurveyError: the disk under ``folder`` is full.

    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        message = f"{folder}: no space left to write; what was committed stands, make room and run again"
        raise SurveyError(message) from error
