"""TCP connections (RFC 9293), one address at a time: no racing, every read and write written down (df-005, df-008)."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, TypeVar

from trigpoint.net.dial.acts import Connect
from trigpoint.net.dial.failures import Failed, failure_of
from trigpoint.net.names import canonical_address, join_endpoint

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from trigpoint.net.dial.diary import Trace

Result = TypeVar("Result")

SECONDS = 10.0
"""How long a connect, a read or a write may take, unless told otherwise: as ooni/probe-cli has it for each."""
_NO_LINGER = struct.pack("ii", 1, 0)  # socket(7), SO_LINGER: on, and for no time
_MOST_UNREAD = 1 << 18  # bytes; then the peer must wait until they are read


async def connect(
    trace: Trace,
    address: str,
    port: int,
    *,
    timeout: float = SECONDS,  # noqa: ASYNC109 - the act fails by it, as by anything else
    local: tuple[str, int] | None = None,
    ttl: int = 0,
) -> Stream | None:
    """Open a connection to one address.

    Args:
        trace: where it is written down.
        address: of the peer, no name.
        port: of the peer.
        timeout: seconds.
        local: address to come from, and port; 0 for any.
        ttl: time to live of all packets after the handshake. 0: as usual.

    Returns:
        The connection. None: it failed, and the trace says how.

    """
    address = canonical_address(address) or address
    await trace.admit(address)
    t0, failure, stream = trace.now(), None, None
    try:
        async with asyncio.timeout(timeout):
            transport, wire = await trace.dialer.create_connection(_Wire, address, port, local_addr=local)
        stream = Stream(trace, transport, wire, address, port)
        if ttl:
            stream.limit(ttl)
    except OSError as error:
        failure = failure_of(error)
    except asyncio.CancelledError as error:
        failure = failure_of(error)
        raise
    finally:
        trace.event("connect", t0, failure, address=join_endpoint(address, port), proto="tcp")
        trace.note(Connect, t0, failure, ip=address, port=port)
    return stream


class Stream:
    """An open connection.

    Args:
        trace: where its reads and writes are written down.
        transport: of asyncio.
        wire: its protocol.
        address: of the peer, in canonical text.
        port: of the peer.

    """

    alpn = ""
    """What was agreed on by TLS: nothing."""
    network = "tcp"
    """What carries it."""

    def __init__(self, trace: Trace, transport: asyncio.Transport, wire: _Wire, address: str, port: int) -> None:
        self.trace = trace
        self.address = address
        self.port = port
        self.endpoint = join_endpoint(address, port)
        """Peer with port, IPv6 in brackets."""
        self._transport = transport
        self._wire = wire

    def limit(self, ttl: int) -> None:
        """Set the time to live of all packets from now on."""
        is_six = ":" in self.address
        level, option = (
            (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if is_six else (socket.IPPROTO_IP, socket.IP_TTL)
        )
        self._transport.get_extra_info("socket").setsockopt(level, option, ttl)

    def end_by_reset(self) -> None:
        """See that closing resets the connection: then no end of it lingers, and its ports can be used at once."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)

    async def read(self, timeout: float = SECONDS) -> bytes:  # noqa: ASYNC109 - as above
        """Give what came, waiting if nothing has; empty at the end (FIN).

        Raises:
            Failed: nothing came in time, or the connection is lost. What came before is given first.

        """
        t0 = self.trace.now()
        data = await self._within(timeout, "read", t0, self._wire.taken())
        self._event("read", t0, None if data else "eof_error", len(data))
        return data

    async def write(self, data: bytes, timeout: float = SECONDS) -> None:  # noqa: ASYNC109 - as above
        """Send bytes, and wait until there is room for more.

        Raises:
            Failed: the connection is lost, or the peer takes nothing for so long.

        """
        t0 = self.trace.now()
        if not self._wire.is_lost:
            self._transport.write(data)
        await self._within(timeout, "write", t0, self._wire.drained())
        self._event("write", t0, None, len(data))

    def close(self) -> None:
        """Close it; what was written is still sent."""
        self._transport.close()

    def leave(self, goodbye: bytes) -> None:
        """Close it with some last bytes, if they can still be sent."""
        if goodbye and not self._transport.is_closing():
            self._transport.write(goodbye)
            self._event("write", self.trace.now(), None, len(goodbye))
        self.close()

    async def _within(self, seconds: float, operation: str, t0: float, work: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(seconds):
                return await work
        except (Failed, TimeoutError) as error:
            failure = failure_of(error)
            self._event(operation, t0, failure)
            raise Failed(failure) from error
        except asyncio.CancelledError as error:
            self._event(operation, t0, failure_of(error))
            raise

    def _event(self, operation: str, t0: float, failure: str | None, num_bytes: int = 0) -> None:
        self.trace.event(operation, t0, failure, address=self.endpoint, proto="tcp", num_bytes=num_bytes)


class _Wire(asyncio.Protocol):
    """Keeps what comes until it is read."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._unread = bytearray()
        self._failure: str | None = None
        self._is_ended = self._is_full = False
        self._changed = asyncio.Event()
        self.is_lost = False
        """Whether nothing can be sent any more."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of TCP

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if len(self._unread) >= _MOST_UNREAD:
            self._transport.pause_reading()
        self._changed.set()

    def eof_received(self) -> bool:
        self._is_ended = True
        self._changed.set()
        return True  # it is half open: what is written may still be taken

    def connection_lost(self, exc: Exception | None) -> None:
        self._failure = failure_of(exc) if exc else "connection_already_closed"
        self._is_ended = self.is_lost = True
        self._changed.set()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._changed.set()

    async def taken(self) -> bytes:
        """Take what came; raises Failed if the connection is lost and nothing is left."""
        while not (self._unread or self._is_ended):
            await self._change()
        data = bytes(self._unread)
        self._unread.clear()
        if data:
            self._transport.resume_reading()
        elif self._failure:
            raise Failed(self._failure)
        return data

    async def drained(self) -> None:
        """Wait until there is room; raises Failed if the connection is lost."""
        while not self.is_lost and (self._is_full or self._transport.is_closing()):
            await self._change()  # it closes by itself only if it is lost, and then says so soon
        if self._failure:
            raise Failed(self._failure)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
