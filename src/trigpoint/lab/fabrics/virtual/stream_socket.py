"""A TCP connection in its host: packets are routed to it, its own are sent, its timers run."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.virtual.endpoints import family_of, socket_address
from trigpoint.lab.fabrics.virtual.sockets import VirtualSocket
from trigpoint.lab.fabrics.virtual.tcp.connection import Connection
from trigpoint.lab.fabrics.virtual.tcp.state import State

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from trigpoint.lab.fabrics.virtual.endpoints import SocketAddress
    from trigpoint.lab.fabrics.virtual.host import Host
    from trigpoint.lab.fabrics.virtual.icmp import Trouble
    from trigpoint.lab.fabrics.virtual.tcp.core import Ends
    from trigpoint.net.packets import Packet

SEND_BUFFER = 1 << 18
"""Bytes that a connection takes from a program before it makes it wait."""


class StreamSocket(VirtualSocket):
    """A connection and whoever watches it.

    Args:
        loop: whose time and timers it uses.
        host: where it lives.
        ends: who talks.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, host: Host, ends: Ends) -> None:
        super().__init__(family_of(ends.local[0]), socket.SOCK_STREAM)
        self.connection = Connection(ends)
        self.watcher: Callable[[], None] | None = None
        """Called after anything that may have changed the connection."""
        self.on_abandon: Callable[[], None] = self.abort
        """Called when the host ends."""
        self._loop = loop
        self._host = host
        self._timer: asyncio.TimerHandle | None = None
        host.connections[ends.local, ends.remote] = self

    def getsockname(self) -> SocketAddress:
        """Give the local end."""
        return socket_address(self.connection.ends.local, self.family)

    def getpeername(self) -> SocketAddress:
        """Give the remote end."""
        return socket_address(self.connection.ends.remote, self.family)

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        """Set an option; the TTL holds from the next packet on."""
        super().setsockopt(level, option, value)
        self.connection.ttl = self.ttl(self.connection.ends.local[0])

    def open(self) -> None:
        """Begin the handshake."""
        self.connection.open(self._loop.time())
        self._settle()

    def accept(self, syn: Packet) -> None:
        """Answer a handshake."""
        self.connection.accept(syn, self._loop.time())
        self._settle()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes."""
        self.connection.write(data, self._loop.time())
        self._settle()

    def read(self) -> bytes:
        """Take all bytes that came."""
        data = self.connection.read()
        self._settle()
        return data

    def end(self) -> None:
        """End our stream."""
        self.connection.end(self._loop.time())
        self._settle()

    def close(self) -> None:
        """Give it up: it lives on until the peer knows."""
        self.watcher = None
        if self.resets_on_close:
            self.connection.abort()
        self.connection.close(self._loop.time())
        self._settle()

    def abort(self) -> None:
        """Reset it."""
        self.watcher = None
        self.connection.abort()
        self._settle()

    def segment_received(self, packet: Packet) -> None:
        """Take a segment."""
        self.connection.receive(packet, self._loop.time())
        self._settle()

    def trouble_received(self, trouble: Trouble) -> None:
        """Take an ICMP error."""
        self.connection.unreachable(trouble.error, trouble.sequence, self._loop.time(), mtu=trouble.mtu)
        self._settle()

    def abandon(self) -> None:
        """End, and tell who uses it."""
        self.on_abandon()

    def _settle(self) -> None:
        for packet in self.connection.take():
            self._host.send(packet)
        if self.connection.state is State.CLOSED:
            ends = self.connection.ends
            self._host.connections.pop((ends.local, ends.remote), None)
        self._set_timer()
        if self.watcher:
            self.watcher()

    def _set_timer(self) -> None:
        """See that the timer goes off early enough; one that is too early costs less than to set it anew each time."""
        deadline = self.connection.deadline
        if deadline is None or (self._timer and self._timer.when() <= deadline):
            if deadline is None and self._timer and self.connection.state is State.CLOSED:
                self._timer.cancel()
                self._timer = None
            return
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._expire)

    def _expire(self) -> None:
        self._timer = None
        self.connection.expire(self._loop.time())
        self._settle()
