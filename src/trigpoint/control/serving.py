"""A control on this machine's sockets, from its beginning to its end."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from trigpoint.control.helper import MOST_AT_ONCE, Helper
from trigpoint.control.limits import Limits
from trigpoint.control.whoami import Whoami
from trigpoint.net.serve.dns import DnsDatagrams, DnsStream
from trigpoint.net.serve.exchange import dated
from trigpoint.net.serve.http1 import Http1
from trigpoint.net.serve.plain import Datagrams, Echo, Sink
from trigpoint.net.serve.running import Address, Running, reset

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.control.helper import Measure

MOST_CONNECTIONS = 256
"""Connections that are open at once; more are reset. A process may have 1,024 files open, as a rule, and measurements
need the others."""

_REQUEST_SECONDS = 30.0  # for a request, from the end of the one before
_STAY_SECONDS = 120.0  # for a connection to an echo, a sink or the zone
_FIRST_PORT = 1_024  # a datagram from a lower port is a service's: two echoes would talk for ever
_SMALL = 10  # requests that cost next to nothing, for one that measures


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is served, and where."""

    listen: tuple[Address, ...] = ()
    """Where HTTP is spoken."""
    echo: tuple[Address, ...] = ()
    """TCP and UDP ports that send back what they get (RFC 862)."""
    discard: tuple[Address, ...] = ()
    """TCP and UDP ports that take everything and say nothing (RFC 863)."""
    dns: tuple[Address, ...] = ()
    """TCP and UDP ports that serve the zone."""
    zone: str = ""
    """The zone whose names have the address that asks; an A-label in small letters."""
    rate: float = 60.0
    """Requests a minute of one client. 0: no limit."""
    most: int = MOST_AT_ONCE
    """Measurements at once."""


class _Service(NamedTuple):
    """What is served at some addresses."""

    addresses: tuple[Address, ...]
    streams: Callable[[], asyncio.Protocol]
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
        self._respond = dated(Helper(measure, Limits(plan.rate, clock), plan.most).respond, time.time)
        self._answer = Whoami(plan.zone, self._small.admits).answer
        self.addresses: list[Address] = []
        """Where something listens: HTTP, echoes, sinks, zone, each as in the plan, with the port that was had for 0."""

    async def open(self) -> None:
        """Begin everything.

        Raises:
            OSError: an address cannot be had.

        """
        try:
            for service in self._services():
                for address in service.addresses:
                    self.addresses.append(await self._listen(service, address))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End everything, and wait until it is ended."""
        await self._running.close()

    def _services(self) -> tuple[_Service, ...]:
        plan, running, answer, stay = self._plan, self._running, self._answer, _STAY_SECONDS
        return (
            _Service(plan.listen, lambda: Http1(running, self._respond, patience=_REQUEST_SECONDS)),
            _Service(
                plan.echo, lambda: Echo(running), lambda: Datagrams(running, echoes=True, admits=self.admits), stay
            ),
            _Service(plan.discard, lambda: Sink(running), lambda: Datagrams(running, echoes=False), stay),
            _Service(plan.dns, lambda: DnsStream(running, answer), lambda: DnsDatagrams(running, answer), stay),
        )

    def admits(self, client: Address) -> bool:
        """Tell whether a datagram of a client is sent back."""
        return client[1] >= _FIRST_PORT and self._small.admits(client[0])

    async def _listen(self, service: _Service, address: Address) -> Address:
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(lambda: _Door(self._running, service), *address)
        self._running.listens(listener)
        host, port = listener.sockets[0].getsockname()[:2]
        if service.datagrams:
            await loop.create_datagram_endpoint(service.datagrams, (address[0], port))
        return host, port


class _Door(asyncio.Protocol):
    """Lets clients in as long as there is room."""

    def __init__(self, running: Running, service: _Service) -> None:
        self._running = running
        self._service = service

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let one in, or reset it."""
        streams: asyncio.Transport = transport  # type: ignore[assignment]
        if self._running.open >= MOST_CONNECTIONS:
            reset(streams)
            return
        inner = self._service.streams()
        streams.set_protocol(inner)
        inner.connection_made(streams)
        if self._service.seconds:
            asyncio.get_running_loop().call_later(self._service.seconds, streams.abort)
