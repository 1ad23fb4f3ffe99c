"""A TCP proxy: it accepts whatever was diverted to it, and only then asks the true server.

Where that does not answer, or refuses, the client's connection stays open and silent: a client sees a TLS handshake
stall where it would have been refused (India; OONI 2020).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.lab.services.relay import Relay

if TYPE_CHECKING:
    from trigpoint.lab.stack import Stack
    from trigpoint.net.serve.running import Address, Running

_CONNECT_SECONDS = 20.0


class Proxy:
    """Takes connections that were diverted to a host.

    Args:
        running: what it belongs to.
        stack: the host's sockets.

    """

    def __init__(self, running: Running, stack: Stack) -> None:
        self._running = running
        self._stack = stack

    def accept(self) -> asyncio.Protocol:
        """Make what accepts a connection."""
        return _Accepted(self._running, self)

    def take(self, accepted: Relay) -> None:
        """Begin to connect to where a connection was going."""
        self._running.spawn(self._relay(accepted))

    async def _relay(self, accepted: Relay) -> None:
        origin = self._stack.original(accepted.peer, accepted.local, "tcp")
        if origin is None or accepted.peer[0] == accepted.local[0]:  # its own connection comes back to it
            accepted.transport.abort()
        elif not await self._reaches(origin, accepted) and not accepted.is_lost:
            accepted.transport.resume_reading()  # what is read goes nowhere; that the client leaves is noticed

    async def _reaches(self, origin: Address, accepted: Relay) -> bool:
        """Connect to the true server, as which the other end is from then on."""
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._stack.connect(lambda: Relay(self._running, accepted), origin, local=accepted.local[0])
        except OSError:
            return False
        return True


class _Accepted(Relay):
    """The client's end."""

    def __init__(self, running: Running, proxy: Proxy) -> None:
        super().__init__(running)
        self._proxy = proxy

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the other end, which is asked for now."""
        super().connection_made(transport)
        self._proxy.take(self)
