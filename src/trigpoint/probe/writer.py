"""The file of a run: JSON Lines, each line whole on disk before the next measurement is written.

Compressed, each line is a gzip member of its own (:rfc:`1952`, section 2.2: members one after another are one file), so
whatever kills the program leaves at most the end of a last line that is torn. ``resume`` cuts that off and goes on.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from typing import TYPE_CHECKING, Self

from trigpoint.errors import InputError
from trigpoint.probe.written import Done, whole_lines

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_GZIP = 16 + zlib.MAX_WBITS  # zlib's own number for "in gzip's frame"
_OWNER_ONLY = 0o600
"""A record may point at whoever made it; who else may read it is for them to say."""


class Writer:
    """Writes measurements to a file that no other run is writing to.

    Args:
        path: the file, ``.jsonl`` or ``.jsonl.gz``.
        is_resumed: whether to go on with what is there. Otherwise the file must be new or empty.
        is_durable: whether each line is on disk before the next measurement, should the machine stop. What was made in
            the lab can be made again.

    Raises:
        InputError: it cannot be opened, is somebody else's, is being written to, or is there already.

    """

    def __init__(self, path: Path, *, is_resumed: bool = False, is_durable: bool = True) -> None:
        self.path = path
        self._is_durable = is_durable
        self._is_packed = _is_packed(path)
        self._file = _opened(path)
        try:
            self._lock()
            self.done, self._end = self._begun(is_resumed=is_resumed)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the file go."""
        self.close()

    def close(self) -> None:
        """Let the file go. Every line is there already."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def write(self, line: bytes) -> None:
        """Write one line, with its line end; a durable one is on disk afterwards.

        Raises:
            InputError: there is no room; what was written before stands, and nothing of this line.

        """
        content = _packed(line) if self._is_packed else line
        try:
            written = 0
            while written < len(content):
                written += os.pwrite(self._file, content[written:], self._end + written)
            if self._is_durable:
                os.fsync(self._file)
        except OSError as error:
            os.ftruncate(self._file, self._end)
            message = f"{self.path}: {error.strerror or error}; the lines before are whole, --resume goes on"
            raise InputError(message) from error
        self._end += len(content)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however that ends
        except BlockingIOError as error:
            message = f"{self.path}: another run is writing to it; wait for it, or write to another file"
            raise InputError(message) from error

    def _begun(self, *, is_resumed: bool) -> tuple[Done, int]:
        if not is_resumed and os.fstat(self._file).st_size > 0:
            message = f"{self.path} is there already; --resume goes on with it, or write to another file"
            raise InputError(message)
        with os.fdopen(os.dup(self._file), "rb") as file:
            done, end = whole_lines(file, self.path, is_packed=self._is_packed)
        os.ftruncate(self._file, end)
        return done, end


def _is_packed(path: Path) -> bool:
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return path.suffix == ".gz"
    message = f"{path}: measurements are written to a file that ends in .jsonl or .jsonl.gz"
    raise InputError(message)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise InputError(message) from error


def _packed(line: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=_GZIP)
    return deflate.compress(line) + deflate.flush()
