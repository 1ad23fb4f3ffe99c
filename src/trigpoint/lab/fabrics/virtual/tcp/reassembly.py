"""The receiving half of a connection: pieces in any order in, the stream out (RFC 9293, section 3.10.7.4)."""

from __future__ import annotations

from bisect import insort

CAPACITY = 1 << 19
"""Bytes that wait for their reader at most: what the window offers."""
_MOST_PIECES = 1_024  # out of order; a window of full segments has a third of it


class Reassembly:
    """Puts the pieces of a stream in order. Where pieces overlap, the first that came counts.

    Args:
        start: sequence number of the first byte.

    """

    __slots__ = ("_end", "_pieces", "is_complete", "next", "ready")

    def __init__(self, start: int) -> None:
        self.next = start
        """The sequence number that is waited for."""
        self.ready = bytearray()
        """What the reader has not taken yet."""
        self.is_complete = False
        """Whether the end of the stream was reached."""
        self._end: int | None = None
        self._pieces: list[tuple[int, bytes]] = []

    @property
    def window(self) -> int:
        """How many bytes are taken from :attr:`next` on."""
        return CAPACITY - len(self.ready)

    @property
    def has_gap(self) -> bool:
        """Whether something came that cannot be read yet."""
        return bool(self._pieces)

    def accept(self, start: int, data: bytes, *, is_last: bool) -> None:
        """Take a piece, as far as the window goes.

        Args:
            start: sequence number of its first byte.
            data: perhaps empty.
            is_last: whether the stream ends behind it (FIN).

        """
        if self.is_complete:
            return
        limit = self.next + self.window
        if start + len(data) > limit:
            data, is_last = data[: max(0, limit - start)], False
        if is_last and self._end is None and start + len(data) >= self.next:
            self._end = start + len(data)
        if start > self.next:
            self._hold(start, data)
        else:
            self._append(start, data)
            self._close_gaps()
        if self.next == self._end:
            self.is_complete = True
            self.next += 1
            self._pieces.clear()

    def _hold(self, start: int, data: bytes) -> None:
        if data and len(self._pieces) < _MOST_PIECES:
            insort(self._pieces, (start, data), key=_start)

    def _append(self, start: int, data: bytes) -> None:
        new = data[self.next - start :]
        self.ready += new
        self.next += len(new)

    def _close_gaps(self) -> None:
        while self._pieces and self._pieces[0][0] <= self.next:
            self._append(*self._pieces.pop(0))


def _start(piece: tuple[int, bytes]) -> int:
    return piece[0]
