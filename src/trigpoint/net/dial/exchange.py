"""One request and its response without I/O: what the versions of HTTP have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trigpoint.net.dial.acts import Response

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Request

_OF_CONNECTIONS = {"host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}


def fields_of(asked: Request, target: str) -> list[tuple[str, str]]:
    """Write the head of HTTP/2 and HTTP/3 in Chromium's order; what only HTTP/1.1 has is left out.

    RFC 9113, sections 8.2.2 and 8.3.1; RFC 9114, sections 4.2 and 4.3.1.
    """
    named = next((value for name, value in asked.headers if name.lower() == "host"), "")
    pseudo = [
        (":method", asked.method),
        (":authority", named),
        (":scheme", urlsplit(asked.url).scheme),
        (":path", target),
    ]
    plain = [(name.lower(), value) for name, value in asked.headers]
    return pseudo + [(name, value) for name, value in plain if name not in _OF_CONNECTIONS]


class Gathered:
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

    @property
    def response(self) -> Response | None:
        """What is written down of it. None: not even a head came."""
        if self.code is None:
            return None
        return Response(
            code=self.code, headers=self.headers, body=bytes(self.body), body_is_truncated=not self.is_whole
        )

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


class Exchange(Gathered, ABC):
    """A request and its response on a stream of bytes."""

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
