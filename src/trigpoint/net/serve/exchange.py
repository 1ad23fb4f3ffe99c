"""One request and one response of HTTP, whatever version carries them (RFC 9110)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.net.names import canonical_host
from trigpoint.net.serve.running import Address

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_REQUEST = 1_000_000
"""Bytes of a request's body that a server takes."""
SILENT_SECONDS = 120.0
"""How long a client waits in vain for a server that is silent, at most."""
CHUNK = 16_384
"""Bytes that are written at once."""
_FILLER = bytes(range(256)) * (CHUNK // 256)

Fields = tuple[tuple[str, str], ...]
"""Names and values in order."""


class Request(msgspec.Struct, frozen=True):
    """What a client asks."""

    method: str
    target: str
    """Path and query."""
    authority: str
    """As sent, with the port, if any."""
    scheme: Literal["http", "https"]
    fields: Fields
    """Names in small letters."""
    body: bytes
    client: Address
    local: Address
    """Where it was asked."""
    carrier: Literal["tcp", "udp"] = "tcp"
    version: str = ""
    """Such as ``1.1``. Empty: one whose fields are always in small letters."""
    spelled: Fields = ()
    """The fields with names as they were sent, where the version lets them be spelled."""

    @property
    def host(self) -> str:
        """The host as an A-label in small letters, without the port. Empty: none was named.

        >>> Request("GET", "/", "WWW.Example:80", "http", (), b"", ("", 0), ("", 0)).host
        'www.example'
        """
        host, _, port = self.authority.rpartition(":")
        name = host if host and port.isdigit() else self.authority
        return canonical_host(name.strip("[]")) if name else ""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def value(self, name: str) -> str:
        """Give the first value of a field, by its name in small letters; empty if there is none."""
        return next((value for field, value in self.fields if field == name), "")


class Response(msgspec.Struct, frozen=True):
    """What a server answers."""

    status: int = 200
    fields: Fields = ()
    """Names in small letters; the length of the body is not among them."""
    body: bytes = b""
    filler: int = 0
    """Bytes that follow the body: a pattern, which is never held in memory."""

    @property
    def length(self) -> int:
        """Bytes of the whole body."""
        return len(self.body) + self.filler

    def chunks(self) -> Iterator[bytes]:
        """Give the body in pieces."""
        for start in range(0, len(self.body), CHUNK):
            yield self.body[start : start + CHUNK]
        for start in range(0, self.filler, CHUNK):
            yield _FILLER[: self.filler - start]


Respond = Callable[[Request], Awaitable[Response | None]]
"""Answers a request; None: there is no answer, and the connection ends."""


def dated(respond: Respond, clock: Callable[[], float]) -> Respond:
    """Have answers say when they were made, as servers with a clock must (RFC 9110, section 6.6.1).

    Args:
        respond: answers.
        clock: what the server's clock shows, in seconds since 1970-01-01 UTC.

    """

    async def respond_dated(request: Request) -> Response | None:
        response = await respond(request)
        if response is None:
            return None
        fields = (*response.fields, ("date", formatdate(clock(), usegmt=True)))
        return msgspec.structs.replace(response, fields=fields)

    return respond_dated


def is_without_body(method: str, status: int) -> bool:
    """Tell whether a response has no body, whatever it says (RFC 9110, section 6.4.1)."""
    return method == "HEAD" or status in {204, 304}
