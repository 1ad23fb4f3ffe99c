"""The web server of a host: several names on one address, in HTTP/1.1, HTTP/2 and HTTP/3."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal

from trigpoint.lab.services.pages import missing
from trigpoint.lab.services.tenant import Greeting
from trigpoint.net.serve.exchange import dated
from trigpoint.net.serve.http1 import Http1
from trigpoint.net.serve.running import Connection, reset
from trigpoint.net.serve.tls import HANDSHAKE_FAILURE, NO_APPLICATION_PROTOCOL, Opening

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    from trigpoint.lab.services.acts import Acts
    from trigpoint.lab.services.pki import Pki
    from trigpoint.lab.services.tenant import Tenant
    from trigpoint.lab.world.faults import Fate
    from trigpoint.net.serve.exchange import Request, Response
    from trigpoint.net.serve.identity import Identity
    from trigpoint.net.serve.quic import Choice, QuicEndpoint
    from trigpoint.net.serve.running import Address, Running
    from trigpoint.net.serve.tls import TlsConnection

Scheme = Literal["http", "https", "h3"]
_ALPN = ("h2", "http/1.1")


class Stranger:
    """Who answers for names that a host does not serve.

    Args:
        identity: the host's own certificate.
        acts: where resets are noted.
        is_strict: whether handshakes for such names are reset.

    """

    def __init__(self, identity: Identity, acts: Acts, *, is_strict: bool) -> None:
        self._greeting = Greeting(identity, "reset" if is_strict else "")
        self._acts = acts

    def greet(self, name: str, client: Address, local: Address, carrier: Literal["tcp", "udp"]) -> Greeting:
        """Show the host's own certificate, or reset."""
        if self._greeting.fault:
            self._acts.note("site", "serve", "server.tls_policy", client, local, name=name, protocol=carrier)
        return self._greeting

    async def respond(self, request: Request) -> Response:
        """Say that there is no such site here."""
        return missing(404 if request.scheme == "http" else 421)


class Web:
    """All that one host serves.

    Args:
        running: what it belongs to.
        pki: makes contexts.
        tenants: by scheme and name.
        fallback: for all other names.
        fate: whether the whole host is down for a client.
        clock: what its clock shows, in seconds since 1970-01-01 UTC. Answers over HTTP/3 do not tell: there the size
            of a header depends on what it says, and two runs would not agree on times.

    """

    def __init__(
        self,
        running: Running,
        pki: Pki,
        tenants: Mapping[Scheme, Mapping[str, Tenant]],
        fallback: Tenant,
        fate: Callable[[Address], Fate],
        clock: Callable[[], float],
    ) -> None:
        self._running = running
        self._pki = pki
        self._tenants = tenants
        self._fallback = fallback
        self._fate = fate
        self._http_respond = dated(self._respond_http, clock)
        self._https_respond = dated(self._respond_https, clock)

    @staticmethod
    def load() -> None:
        """Load what HTTP/2 needs, so that no visitor waits for it."""
        import_module("trigpoint.lab.services.http2")

    def http(self) -> asyncio.Protocol:
        """Make what accepts a connection to port 80."""
        return _Door(self._running, self._fate, lambda: Http1(self._running, self._http_respond))

    def https(self) -> asyncio.Protocol:
        """Make what accepts a connection to port 443."""
        return _Door(self._running, self._fate, lambda: Opening(self._running, self._greet))

    def h3(self) -> QuicEndpoint:
        """Make what answers at UDP port 443."""
        from trigpoint.net.serve.quic import QuicEndpoint  # noqa: PLC0415 - aioquic costs 80 ms, which few need

        return QuicEndpoint(self._running, self._choose, self._respond_h3)

    def _tenant(self, scheme: Scheme, name: str) -> Tenant:
        return self._tenants.get(scheme, {}).get(name, self._fallback)

    def _greet(self, opening: Opening) -> None:
        if opening.hello is None:
            opening.transport.close()
            return
        name = opening.server_name
        greeting = self._tenant("https", name).greet(name, opening.peer, opening.local, "tcp")
        if greeting.fault == "reset":
            opening.reset()
        elif greeting.fault == "alert":
            opening.alert(HANDSHAKE_FAILURE)
        elif greeting.fault == "silent":
            opening.stall()
        elif opening.hello.alpn and not set(opening.hello.alpn) & set(_ALPN):
            opening.alert(NO_APPLICATION_PROTOCOL)  # OpenSSL as Python has it would go on without one
        else:
            opening.end_tls(self._pki.context(greeting.identity, _ALPN), self._speak)

    def _speak(self, connection: TlsConnection) -> asyncio.Protocol:
        if connection.alpn == "h2":
            from trigpoint.lab.services.http2 import Http2  # noqa: PLC0415 - h2 costs 30 ms, which not all need

            return Http2(self._running, self._https_respond)
        return Http1(self._running, self._https_respond, "https")

    def _choose(self, name: str, client: Address, local: Address) -> Choice | None:
        from trigpoint.net.serve.quic import Choice  # noqa: PLC0415 - loaded already

        greeting = self._tenant("h3", name).greet(name, client, local, "udp")
        if self._fate(client) or greeting.fault in {"reset", "silent"}:
            return None
        return Choice(greeting.identity, HANDSHAKE_FAILURE if greeting.fault else 0)

    async def _respond_http(self, request: Request) -> Response | None:
        return await self._tenant("http", request.host).respond(request)

    async def _respond_https(self, request: Request) -> Response | None:
        return await self._tenant("https", request.host).respond(request)

    async def _respond_h3(self, request: Request) -> Response | None:
        return await self._tenant("h3", request.host).respond(request)


class _Door(Connection):
    """Looks who comes: to some the whole host is down, before they have said anything."""

    def __init__(
        self, running: Running, fate: Callable[[Address], Fate], inner: Callable[[], asyncio.Protocol]
    ) -> None:
        super().__init__(running)
        self._fate = fate
        self._inner = inner

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or not."""
        super().connection_made(transport)
        fate = self._fate(self.peer)
        if fate == "refused":
            reset(self.transport)
        elif not fate:
            inner = self._inner()
            self.transport.set_protocol(inner)
            inner.connection_made(transport)
