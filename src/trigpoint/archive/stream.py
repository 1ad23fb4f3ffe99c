"""Bytes as they come: a stream that can be looked ahead into, and that ends after its first damage.

Nothing here holds more than a few chunks, however large the file or however far it expands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

CHUNK_BYTES = 262_144
"""Bytes read or unpacked at a time: large enough that the cost of a call vanishes, small enough to hold several."""

LARGEST_RATIO = 250
"""How many times a file may expand. OONI's archives expand 5 to 40 times; a bomb of zeros 1,000 times or more."""

FREE_EXPANSION_BYTES = 268_435_456
"""Expansion below this (256 MiB) is never refused: it costs a second at most, and small files compress oddly well."""


class Meter:
    """Compares what was read of a file with what it expanded to, over all layers of compression."""

    def __init__(self) -> None:
        self.packed = 0
        self.unpacked = 0

    def add(self, unpacked: int) -> None:
        """Count unpacked bytes.

        Raises:
            RecordError: the file expands beyond all reason.

        """
        self.unpacked += unpacked
        if self.unpacked > FREE_EXPANSION_BYTES and self.unpacked > LARGEST_RATIO * max(self.packed, 1):
            message = f"refused: it expands more than {LARGEST_RATIO} times"
            raise RecordError(message)


class Stream:
    """Chunks with a look ahead. After damage it is at its end: one damage is reported once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._ahead = b""
        self._damage: RecordError | None = None
        self.is_broken = False

    def peek(self, size: int) -> bytes:
        """Give the next ``size`` bytes (fewer before the end) without taking them. Damage waits for its turn."""
        parts = [self._ahead]
        have = len(self._ahead)
        while have < size and (chunk := self._next(defer=True)):
            parts.append(chunk)
            have += len(chunk)
        self._ahead = b"".join(parts)
        return self._ahead[:size]

    def chunk(self) -> bytes:
        """Take whatever comes next; empty at the end.

        Raises:
            RecordError: the stream is damaged here. What follows is unreadable.

        """
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        return self._next(defer=False)

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.chunk():
            yield chunk

    def take(self, size: int) -> bytes:
        """Take ``size`` bytes, fewer only at the end."""
        return b"".join(self.part(size, is_whole=False))

    def part(self, size: int, *, is_whole: bool = True) -> Iterator[bytes]:
        """Take the next ``size`` bytes in chunks.

        Raises:
            RecordError: the stream is damaged, or ends before (where the part must be whole).

        """
        while size > 0:
            chunk = self.chunk()
            if not chunk:
                if is_whole and not self.is_broken:
                    self.is_broken = True
                    message = "cut off in the middle of this archive member"
                    raise RecordError(message)
                return
            if len(chunk) > size:
                chunk, self._ahead = chunk[:size], chunk[size:]
            size -= len(chunk)
            yield chunk

    def _next(self, *, defer: bool) -> bytes:
        if self._damage is None and not self.is_broken:
            try:
                return next(self._chunks, b"")
            except RecordError as error:
                self._damage = error
        if self._damage is not None and not defer:
            damage = self._damage
            self._damage = None
            self.is_broken = True
            raise damage
        return b""


def file_chunks(file: BinaryIO, meter: Meter) -> Iterator[bytes]:
    """Read a file in chunks, counting them as packed.

    Raises:
        RecordError: the file cannot be read any further.

    """
    while True:
        try:
            chunk = file.read(CHUNK_BYTES)
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            raise RecordError(message) from error
        if not chunk:
            return
        meter.packed += len(chunk)
        yield chunk
