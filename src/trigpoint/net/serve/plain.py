"""Echo and discard servers (RFC 862, RFC 863)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.serve.running import Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.net.serve.running import Address, Running


class Echo(Connection):
    """Sends back what comes; a client that does not read is not read from."""

    def data_received(self, data: bytes) -> None:
        """Send it back."""
        self.transport.write(data)

    def pause_writing(self) -> None:
        """Read no more."""
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Read on."""
        self.transport.resume_reading()


class Sink(Connection):
    """Takes everything and says nothing."""


class Datagrams(asyncio.DatagramProtocol):
    """Takes datagrams.

    Args:
        running: what it belongs to.
        echoes: whether they are sent back.
        admits: says of a client whether they are, each time.

    """

    def __init__(
        self, running: Running, *, echoes: bool, admits: Callable[[Address], bool] = lambda _client: True
    ) -> None:
        self._running = running
        self._echoes = echoes
        self._admits = admits

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]
        self._running.holds(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """Release it."""
        self._running.releases(self._transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Send it back, or forget it."""
        if self._echoes and not self._transport.is_closing() and self._admits(addr[:2]):
            self._transport.sendto(data, addr)
