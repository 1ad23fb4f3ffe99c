"""One request and its response without I/O: what HTTP/1.1 and HTTP/2 have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Exchange(ABC):
    """A response as far as it came.

    Args:
        most_bytes: of the body that are wanted.

    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.code: int | None = None
        """Status. None: no head came yet."""
        self.headers: tuple[tuple[str, str], ...] = ()
        """As received, in order; bytes that are no ASCII as Latin-1."""
        self.body = bytearray()
        """Without the transfer coding."""
        self.is_whole = False
        """Whether the response is complete."""
        self.is_over = False
        """Whether nothing more is wanted: it is complete, or there is more body than that."""

    @abstractmethod
    def begin(self) -> bytes:
        """Give what is sent first."""

    @abstractmethod
    def receive(self, data: bytes) -> bytes:
        """Take what came, nothing at its end, and give what is sent in return.

        Raises:
            Failed: it ended too early, or the peer gave up.
            ProtocolError: of the library, where the peer breaks the rules.

        """

    def _add(self, data: bytes | bytearray) -> None:
        """Take a piece of the body."""
        self.body += data
        if len(self.body) > self._most_bytes:
            del self.body[self._most_bytes :]
            self.is_over = True

    def _end(self) -> None:
        """See that the response is complete, unless some of it was cut off."""
        self.is_whole = not self.is_over
        self.is_over = True
