"""A control on this machine's sockets, from its beginning to its end."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from trigpoint.control.helper import MOST_AT_ONCE, Helper
from trigpoint.control.identity import self_made
from trigpoint.control.limits import Limits
from trigpoint.control.protocol import Services
from trigpoint.control.whoami import Whoami
from trigpoint.net.names import join_endpoint
from trigpoint.net.serve.dns import DnsDatagrams, DnsStream
from trigpoint.net.serve.exchange import dated
from trigpoint.net.serve.http1 import Http1
from trigpoint.net.serve.identity import Identity, context
from trigpoint.net.serve.plain import Datagrams, Echo, Sink
from trigpoint.net.serve.running import Address, Running, end_of, reset
from trigpoint.net.serve.tls import INTERNAL_ERROR, TlsConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trigpoint.control.helper import Measure

MOST_CONNECTIONS = 256
"""Connections that are open at once; more are reset. A process may have 1,024 files open, as a rule, and measurements
need the others."""

_HANDSHAKE_SECONDS = 10.0
_REQUEST_SECONDS = 30.0  # for a request, from the end of the one before
_STAY_SECONDS = 120.0  # for a connection to an echo, a sink or the zone
_FIRST_PORT = 1_024  # a datagram from a lower port is a service's: two echoes would talk for ever
_SMALL = 10  # requests that cost next to nothing, for one that measures


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is served, and where."""

    http: tuple[Address, ...] = ()
    """Where HTTP is spoken."""
    https: tuple[Address, ...] = ()
    """Where it is spoken in TLS."""
    quic: tuple[Address, ...] = ()
    """UDP ports where HTTP/3 is spoken."""
    echo: tuple[Address, ...] = ()
    """TCP and UDP ports that send back what they get (RFC 862)."""
    discard: tuple[Address, ...] = ()
    """TCP and UDP ports that take everything and say nothing (RFC 863)."""
    silent: tuple[Address, ...] = ()
    """UDP ports that do so: who asks there for a name hears nothing but what others say."""
    dns: tuple[Address, ...] = ()
    """TCP and UDP ports that serve the zone."""
    zone: str = ""
    """The zone whose names have the address that asks; an A-label in small letters."""
    identity: Identity | None = None
    """What is shown over TLS and QUIC, under any name. None: something self-made."""
    rate: float = 60.0
    """Requests a minute of one client. 0: no limit."""
    most: int = MOST_AT_ONCE
    """Measurements at once."""


class _Service(NamedTuple):
    """What is served at some addresses."""

    name: str
    """As in the plan."""
    streams: Callable[[], asyncio.Protocol] | None
    datagrams: Callable[[], asyncio.DatagramProtocol] | None = None
    seconds: float = 0.0
    """How long a connection may stay. 0: the protocol sees to it."""


class Serving:
    """What is open.

    Args:
        plan: what to open.
        measure: measures.

    """

    def __init__(self, plan: Plan, measure: Measure) -> None:
        clock = asyncio.get_running_loop().time
        self._plan = plan
        self._running = Running()
        self._small = Limits(plan.rate * _SMALL, clock)
        helper = Helper(measure, Limits(plan.rate, clock), plan.most, lambda: self.services)
        self._respond = dated(helper.respond, time.time)
        self._answer = Whoami(plan.zone, self._small.admits).answer
        self.places: dict[str, list[Address]] = {}
        """Where something listens, by its name in the plan, with the port that was had for 0."""

    @property
    def services(self) -> Services:
        """What is told of it to probes."""
        told = {
            name: tuple(join_endpoint(*address) for address in self.places.get(name, ()))
            for name in ("http", "https", "quic", "echo", "discard", "silent")
        }
        return Services(**told, whoami=self._plan.zone)

    async def open(self) -> None:
        """Begin everything.

        Raises:
            OSError: an address cannot be had.

        """
        try:
            for service in self._services():
                for address in getattr(self._plan, service.name):
                    self.places.setdefault(service.name, []).append(await self._listen(service, address))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End everything, and wait until it is ended."""
        await self._running.close()

    def _services(self) -> Iterator[_Service]:
        plan, running, answer, stay = self._plan, self._running, self._answer, _STAY_SECONDS
        yield _Service("http", lambda: self._http("http"))
        if plan.https or plan.quic:
            yield from self._encrypted(plan.identity or self_made())
        echoes = partial(Datagrams, running, echoes=True, admits=self.admits)
        yield _Service("echo", lambda: Echo(running), echoes, stay)
        sink = partial(Datagrams, running, echoes=False)
        yield _Service("discard", lambda: Sink(running), sink, stay)
        yield _Service("silent", None, sink)
        yield _Service("dns", lambda: DnsStream(running, answer), lambda: DnsDatagrams(running, answer), stay)

    def _encrypted(self, identity: Identity) -> Iterator[_Service]:
        from trigpoint.net.serve.quic import Choice, QuicEndpoint  # noqa: PLC0415 - aioquic costs 80 ms, which few need

        with TemporaryDirectory() as folder:
            tls = context(identity, Path(folder) / "identity.pem", ("http/1.1",))

        def streams() -> asyncio.Protocol:
            return TlsConnection(self._running, tls, lambda _: self._http("https"), patience=_HANDSHAKE_SECONDS)

        def choose(_name: str, client: Address, _local: Address) -> Choice:
            # Whoever asks too often is told so: silence would be taken for a filter's.
            return Choice(identity, 0 if self._small.admits(client[0]) else INTERNAL_ERROR)

        yield _Service("https", streams)
        yield _Service("quic", None, lambda: QuicEndpoint(self._running, choose, self._respond))

    def _http(self, scheme: Literal["http", "https"]) -> Http1:
        return Http1(self._running, self._respond, scheme, patience=_REQUEST_SECONDS)

    def admits(self, client: Address) -> bool:
        """Tell whether a datagram of a client is sent back."""
        return client[1] >= _FIRST_PORT and self._small.admits(client[0])

    async def _listen(self, service: _Service, address: Address) -> Address:
        loop = asyncio.get_running_loop()
        if service.streams:
            streams, seconds = service.streams, service.seconds
            listener = await loop.create_server(lambda: _Door(self._running, streams, seconds), *address)
            self._running.listens(listener)
            address = listener.sockets[0].getsockname()[:2]
        if service.datagrams:
            transport, _ = await loop.create_datagram_endpoint(service.datagrams, address)
            address = end_of(transport, "sockname")
        return address


class _Door(asyncio.Protocol):
    """Lets clients in as long as there is room."""

    def __init__(self, running: Running, inner: Callable[[], asyncio.Protocol], seconds: float) -> None:
        self._running = running
        self._inner = inner
        self._seconds = seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let one in, or reset it."""
        streams: asyncio.Transport = transport  # type: ignore[assignment]
        if self._running.open >= MOST_CONNECTIONS:
            reset(streams)
            return
        inner = self._inner()
        streams.set_protocol(inner)
        inner.connection_made(streams)
        if self._seconds:
            asyncio.get_running_loop().call_later(self._seconds, streams.abort)
