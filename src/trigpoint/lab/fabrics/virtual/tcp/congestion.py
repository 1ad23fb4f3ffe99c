"""How much may be under way: slow start, congestion avoidance and fast recovery (RFC 5681, RFC 6582, RFC 6928)."""

from __future__ import annotations

_FIRST_SEGMENTS = 10  # RFC 6928
_DUPLICATES = 3  # RFC 5681, section 3.2


class Congestion:
    """The congestion window of NewReno, in bytes.

    Args:
        segment: bytes of payload of a full segment.
        start: the first sequence number.

    """

    __slots__ = ("_duplicates", "_recover", "_threshold", "is_recovering", "segment", "window")

    def __init__(self, segment: int, start: int) -> None:
        self.segment = segment
        """Bytes of payload of a full segment."""
        self.window = _FIRST_SEGMENTS * segment
        """Bytes that may be under way."""
        self.is_recovering = False
        """Whether a lost segment was sent again, and not everything sent before it is acknowledged yet."""
        self._threshold = 1 << 30
        self._duplicates = 0
        self._recover = start

    def acknowledged(self, size: int, una: int) -> bool:
        """Take an acknowledgement of something new.

        Args:
            size: how many bytes it acknowledges.
            una: the first sequence number that is not acknowledged now.

        Returns:
            Whether the segment at ``una`` is lost too, and is to be sent again (partial acknowledgement).

        """
        self._duplicates = 0
        if self.is_recovering and una < self._recover:
            self.window = max(self.segment, self.window - size + self.segment)
            return True
        if self.is_recovering:
            self.is_recovering = False
            self.window = self._threshold
        elif self.window < self._threshold:
            self.window += min(size, self.segment)
        else:
            self.window += max(1, self.segment * self.segment // self.window)
        return False

    def duplicate(self, una: int, flight: int, sent: int) -> bool:
        """Take an acknowledgement of nothing new, and say whether the segment at ``una`` is to be sent again.

        Args:
            una: the first sequence number that is not acknowledged.
            flight: bytes under way.
            sent: the sequence number behind the last that was sent.

        """
        self._duplicates += 1
        if self.is_recovering:
            self.window += self.segment
            return False
        if self._duplicates != _DUPLICATES or una < self._recover:
            return False
        self.is_recovering = True
        self._recover = sent
        self._reduce(flight)
        self.window = self._threshold + _DUPLICATES * self.segment
        return True

    def timed_out(self, flight: int, sent: int) -> None:
        """Begin again with one segment: nothing was acknowledged for too long."""
        self._reduce(flight)
        self.window = self.segment
        self.is_recovering = False
        self._duplicates = 0
        self._recover = sent

    def _reduce(self, flight: int) -> None:
        self._threshold = max(flight // 2, 2 * self.segment)
