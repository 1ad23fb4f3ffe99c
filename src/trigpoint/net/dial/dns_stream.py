"""DNS over TCP (RFC 7766) and over TLS (RFC 7858): one connection, one question, and the first message that comes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.dial.acts import Act, Connect, Handshake
from trigpoint.net.dial.failures import Failed, failure_of
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.dns_message import StreamReader, framed

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Lookup
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.dns_query import Query
    from trigpoint.net.dial.dns_udp import Path
    from trigpoint.net.dial.resolver import Resolver
    from trigpoint.net.dial.tcp import Stream
    from trigpoint.net.dial.tls import TlsStream
    from trigpoint.net.dial.trust import Trust

DOT_ALPN = ("dot",)
"""Registered for DNS over TLS (RFC 7858, section 6)."""


async def opened(
    trace: Trace,
    resolver: Resolver,
    path: Path,
    *,
    trust: Trust | None,
    alpn: tuple[str, ...],
    timeout: float,  # noqa: ASYNC109 - the act fails by it, as by anything else
) -> Stream | TlsStream:
    """Connect to a resolver, and shake hands where there is somebody to trust.

    Raises:
        Failed: one of the two did.

    """
    stream = await connect(trace, path.address, path.port, timeout=timeout, local=path.local, ttl=path.ttl)
    if stream is None:
        raise Failed(_last_failure(trace, Connect))
    if trust is None:
        return stream
    inside = await handshake(trace, stream, resolver.server_name, trust=trust, alpn=alpn, timeout=timeout)
    if inside is None:
        raise Failed(_last_failure(trace, Handshake))
    return inside


def _last_failure(trace: Trace, kind: type[Act]) -> str:
    """Say how the connection's last act of a kind failed."""
    own = (act for act in reversed(trace.diary.of(kind)) if act.transaction_id == trace.transaction_id)
    return next((act.failure for act in own if act.failure), "unknown_failure: no act")


async def ask_stream(
    trace: Trace,
    query: Query,
    resolver: Resolver,
    path: Path,
    *,
    trust: Trust | None,
    timeout: float,  # noqa: ASYNC109 - as above
) -> Lookup:
    """Ask over TCP; over TLS where there is somebody to trust.

    Args:
        trace: what it is written to, with connect and handshake.
        query: the question.
        resolver: whom.
        path: where that is.
        trust: whom certificates are held against. None: no TLS.
        timeout: seconds for each of connect, handshake, and question with answer.

    Returns:
        What the first message says, or how it failed.

    """
    try:
        stream = await opened(trace, resolver, path, trust=trust, alpn=DOT_ALPN, timeout=timeout)
        try:
            reply = await _exchanged(stream, query.wire, timeout)
        finally:
            stream.close()
    except Failed as error:
        return query.failed(trace, began(trace), failure_of(error))
    except asyncio.CancelledError as error:
        query.failed(trace, began(trace), failure_of(error))
        raise
    return concluded(trace, query, reply)


def began(trace: Trace) -> float:
    """Give when a question began: with its connection, since waiting until one may be made is no act."""
    own = (act.t0 for act in trace.diary.of(Connect) if act.transaction_id == trace.transaction_id)
    return next(own, trace.now())


def concluded(trace: Trace, query: Query, reply: bytes) -> Lookup:
    """Write down what a message says."""
    t0, mismatch = began(trace), query.mismatch(reply)
    return query.failed(trace, t0, mismatch, reply) if mismatch else query.replied(trace, t0, reply)


async def _exchanged(stream: Stream | TlsStream, wire: bytes, seconds: float) -> bytes:
    """Send a message, and give the first that comes back.

    Raises:
        Failed: the connection did, or it ended, or it took too long.

    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    await stream.write(framed(wire), seconds)
    reader = StreamReader()
    while True:
        data = await stream.read(deadline - loop.time())
        if messages := reader.feed(data):
            return messages[0]
        if not data:
            failure = "eof_error"
            raise Failed(failure)
