"""Bytes sent to a server that sends them back (RFC 862), over TCP and UDP: what is between may change them."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import msgspec

from trigpoint.net.dial.failures import Failed, failure_of
from trigpoint.net.names import join_endpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.tcp import Stream

SECONDS = 5.0
"""How long the echo of one message may take (ooni/probe-cli, hirl)."""
_TRIES = 3  # a datagram may be lost
_DISCOVER = {socket.AF_INET: (socket.IPPROTO_IP, 10), socket.AF_INET6: (socket.IPPROTO_IPV6, 23)}
_ALWAYS = 2  # IP_PMTUDISC_DO, ip(7): never in pieces; what is too large for what is known of the way is not sent


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """What came back."""

    sent: bytes
    received: bytes
    failure: str | None
    """None: as much came back as was sent."""

    @property
    def is_echo(self) -> bool | None:
        """Whether it is what was sent. None: nothing came."""
        return self.received == self.sent if self.received else None


async def echo_tcp(
    stream: Stream,
    messages: Sequence[bytes],
    *,
    timeout: float = SECONDS,  # noqa: ASYNC109 - the exchange fails by it, as by anything else
) -> Echo:
    """Send messages one after the other, each when the one before has come back.

    Args:
        stream: an open connection; it stays open.
        messages: what is sent.
        timeout: seconds for each.

    """
    received, due = bytearray(), 0
    failure = None
    try:
        for message in messages:
            deadline = asyncio.get_running_loop().time() + timeout
            due += len(message)
            await stream.write(message, timeout)
            while len(received) < due:
                data = await stream.read(deadline - asyncio.get_running_loop().time())
                if not data:
                    return Echo(sent=b"".join(messages)[:due], received=bytes(received), failure="eof_error")
                received += data
    except Failed as error:
        failure = failure_of(error)
    return Echo(sent=b"".join(messages)[:due], received=bytes(received), failure=failure)


async def echo_udp(
    trace: Trace,
    address: str,
    port: int,
    message: bytes,
    *,
    is_whole: bool = False,
    timeout: float = SECONDS,  # noqa: ASYNC109 - as above
) -> Echo:
    """Send a datagram, up to three times, until one comes back.

    Args:
        trace: where it is written down.
        address: of the server.
        port: of the server.
        message: what is sent.
        is_whole: whether nobody on the way may cut it; systems that cannot say so (ip(7), IP_MTU_DISCOVER) cut it.
        timeout: seconds for all tries together.

    """
    await trace.admit(address)
    exchange = _Datagrams(trace, join_endpoint(address, port))
    try:
        transport, _ = await trace.dialer.create_datagram_endpoint(lambda: exchange, remote_addr=(address, port))
    except OSError as error:
        return Echo(sent=message, received=b"", failure=failure_of(error))
    try:
        if is_whole:
            _forbid_fragments(transport)
        for _ in range(_TRIES):
            exchange.send(message)
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout / _TRIES):
                    await exchange.decided.wait()
            if exchange.decided.is_set():
                break
    finally:
        transport.close()
    failure = None if exchange.received else exchange.failure or "generic_timeout_error"
    return Echo(sent=message, received=exchange.received, failure=failure)


def _forbid_fragments(transport: asyncio.DatagramTransport) -> None:
    made = transport.get_extra_info("socket")
    with suppress(OSError):
        made.setsockopt(*_DISCOVER[made.family], _ALWAYS)


class _Datagrams(asyncio.DatagramProtocol):
    """Takes the first datagram, or the first error."""

    def __init__(self, trace: Trace, endpoint: str) -> None:
        self._trace, self._endpoint = trace, endpoint
        self.received = b""
        self.failure: str | None = None
        self.decided = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def send(self, message: bytes) -> None:
        """Send it."""
        self._transport.sendto(message)
        self._event("write_to", None, len(message))

    def datagram_received(self, data: bytes, _: object) -> None:
        """Take what came."""
        self._event("read_from", None, len(data))
        self.received = self.received or data
        self.decided.set()

    def error_received(self, exc: Exception) -> None:
        """Take an ICMP error."""
        self.failure = failure_of(exc)
        self._event("read_from", self.failure, 0)
        self.decided.set()

    def _event(self, operation: str, failure: str | None, num_bytes: int) -> None:
        self._trace.event(operation, failure=failure, address=self._endpoint, proto="udp", num_bytes=num_bytes)
