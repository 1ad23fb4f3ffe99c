"""The sending half of an open connection: what to send next, what again, and until when to wait."""

from __future__ import annotations

from typing import NamedTuple

from trigpoint.lab.fabrics.virtual.tcp.congestion import Congestion
from trigpoint.lab.fabrics.virtual.tcp.round_trip import RoundTrip


class Piece(NamedTuple):
    """A part of the stream that is to be sent."""

    sequence: int
    data: bytes
    is_last: bool
    """Whether the stream ends behind it (FIN)."""


class Sender:
    """Holds what the peer has not acknowledged.

    Args:
        start: sequence number of the first byte.
        segment: bytes of payload of a full segment.
        window: bytes that the peer takes at first.

    """

    __slots__ = (
        "_buffer",
        "_end",
        "_measured",
        "_widest",
        "congestion",
        "deadline",
        "is_closed",
        "next",
        "retries",
        "round_trip",
        "sent",
        "una",
        "window",
    )

    def __init__(self, start: int, segment: int, window: int) -> None:
        self.una = self.next = self.sent = start
        # una: the first number that is not acknowledged; next: what is sent next, which falls back to una when a
        # timeout says that all is lost; sent: behind the last that was ever sent (SND.UNA, SND.NXT, and its maximum)
        self.window = self._widest = window
        self.is_closed = False
        self.retries = 0
        self.deadline: float | None = None
        self.round_trip = RoundTrip()
        self.congestion = Congestion(segment, start)
        self._buffer = bytearray()
        self._end = start
        self._measured: tuple[int, float] | None = None

    @property
    def buffered(self) -> int:
        """Bytes that are not acknowledged, sent or not."""
        return len(self._buffer)

    @property
    def is_done(self) -> bool:
        """Whether everything, the end included, was acknowledged."""
        return self.una > self._end

    @property
    def is_all_sent(self) -> bool:
        """Whether nothing that was written waits to be sent."""
        return self.next >= self._end

    @property
    def oldest_valid(self) -> int:
        """The lowest acknowledgement that is not absurd (RFC 5961, section 5.2)."""
        return self.una - self._widest

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take bytes to send."""
        self._buffer += data
        self._end += len(data)

    def close(self) -> None:
        """End the stream behind what was written."""
        self.is_closed = True

    def take(self, now: float) -> Piece | None:
        """Give the next piece that may be sent now, None where there is none."""
        if self.next > self._end or (self.next == self._end and not self.is_closed):
            return None
        segment, waiting = self.congestion.segment, self._end - self.next
        room = self.una + min(self.window, self.congestion.window) - self.next
        size = max(0, min(segment, waiting, room))
        # A part of a segment waits for more room while anything is under way (RFC 9293, section 3.8.6.2.1).
        if waiting and (not size or (size < min(segment, waiting) and self.next > self.una)):
            return None
        piece = self._piece(self.next, size)
        self.next += size + piece.is_last
        if self.next > self.sent:
            if self._measured is None and piece.sequence == self.sent:
                self._measured = (self.next, now)
            self.sent = self.next
        return piece

    def again(self) -> Piece:
        """Give the oldest piece that is not acknowledged, to be sent again."""
        self._measured = None
        return self._piece(self.una, min(self.congestion.segment, self._end - self.una, self.sent - self.una))

    def _piece(self, sequence: int, size: int) -> Piece:
        start = sequence - self.una
        return Piece(
            sequence, bytes(self._buffer[start : start + size]), self.is_closed and sequence + size == self._end
        )

    def acknowledged(self, una: int, window: int, now: float, *, is_bare: bool) -> bool:
        """Take an acknowledgement.

        Args:
            una: what it acknowledges, at most :attr:`sent`.
            window: bytes that the peer takes from there on.
            now: seconds.
            is_bare: whether the segment carried nothing else.

        Returns:
            Whether :meth:`again` is to be sent now.

        """
        if una < self.una:
            return False
        is_same_window = window == self.window
        self.window = window
        self._widest = max(self._widest, window)
        self.retries = 0
        if una == self.una:
            is_duplicate = is_bare and is_same_window and self.sent > una
            return is_duplicate and self.congestion.duplicate(una, self.sent - una, self.sent)
        size = una - self.una
        self._release(una, now)
        return self.congestion.acknowledged(size, una) and self.sent > una

    def _release(self, una: int, now: float) -> None:
        del self._buffer[: una - self.una]
        self.una, self.next = una, max(self.next, una)
        if self._measured and una >= self._measured[0]:
            self.round_trip.measured(now - self._measured[1])
            self._measured = None
        self.round_trip.recover()
        self.deadline = None

    def watch(self, now: float) -> None:
        """Begin or end the wait for an acknowledgement, as there is something to wait for or not.

        A window of zero is waited for as well (RFC 9293, section 3.8.6.1).
        """
        is_waiting = self.sent > self.una or self.next < self._end
        if not is_waiting:
            self.deadline = None
        elif self.deadline is None:
            self.deadline = now + self.round_trip.timeout_seconds

    def expire(self, now: float) -> bool:
        """Note that the wait ended; True where all is sent again, False where the peer's window is to be asked for."""
        self.retries += 1
        self.round_trip.back_off()
        self.deadline = now + self.round_trip.timeout_seconds
        self._measured = None
        if self.sent == self.una:
            return False
        self.congestion.timed_out(self.sent - self.una, self.sent)
        self.next = self.una
        return True

    def shrink(self, segment: int) -> None:
        """Send all again in smaller segments: a router said that they are too big (RFC 1191, section 6.5)."""
        self.congestion.segment = segment
        self.next = self.una
        self._measured = None
