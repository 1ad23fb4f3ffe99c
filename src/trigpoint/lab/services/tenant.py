"""Who is served under a name: what TLS shows its visitors, and what HTTP answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from trigpoint.net.serve.identity import Identity

if TYPE_CHECKING:
    from trigpoint.net.serve.exchange import Request, Respond, Response
    from trigpoint.net.serve.running import Address


class Greeting(msgspec.Struct, frozen=True):
    """What becomes of a handshake."""

    identity: Identity
    fault: Literal["", "alert", "reset", "silent"] = ""
    """Empty: it goes on, with the certificate of the identity."""


class Tenant(Protocol):
    """Who is served under a name."""

    def greet(self, name: str, client: Address, local: Address, carrier: Literal["tcp", "udp"]) -> Greeting:
        """Say what becomes of a handshake for a name, which is empty where none was given."""
        ...

    async def respond(self, request: Request) -> Response | None:
        """Answer a request; None: there is no answer, and the connection ends."""
        ...


class Fixed:
    """A tenant that shows everybody the same certificate.

    Args:
        identity: certificate.
        respond: answers requests.

    """

    def __init__(self, identity: Identity, respond: Respond) -> None:
        self._greeting = Greeting(identity)
        self._respond = respond

    def greet(self, name: str, client: Address, local: Address, carrier: str) -> Greeting:  # noqa: ARG002 - others heed it
        """Show it."""
        return self._greeting

    async def respond(self, request: Request) -> Response | None:
        """Answer."""
        return await self._respond(request)
