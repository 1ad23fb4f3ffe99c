"""How far packets go: datagrams that live for one hop, two, three, ..., and who answers them.

A router at which a datagram dies says so (RFC 792, time exceeded; RFC 4443, section 3.3), and a host refuses a datagram
for a port at which nobody listens: as ``traceroute`` has it since 1988. Neither needs rights: Linux tells both to the
socket that sent the datagram, the first only to one that asks for every error (``IP_RECVERR``, ip(7)). Systems without
that option hear of no router. Who a router is stays unknown; how far packets go does not need it.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from trigpoint.net.dial.acts import Hop
from trigpoint.net.dial.dns_udp import Path, limit_hops
from trigpoint.net.dial.failures import failure_of
from trigpoint.net.names import canonical_address, join_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.dial.diary import Trace

MOST = 30
"""Hops that are looked at: as far as ``traceroute`` goes."""
FULL = 64
"""Hops that an ordinary packet lives for. One such tells a router that refuses from one at which a packet dies."""
SECONDS = 2.0
"""How long an answer may take."""

_FIRST_PORT = 33_434  # closed on most hosts; traceroute begins there, and goes up by one for each datagram
_AT_ONCE = 5
_TRIES = 2  # routers answer only so many a second (RFC 1812, section 4.3.2.8), and packets get lost
_SILENT_HOPS = 5  # in a row; then nobody farther is asked
_MESSAGE = bytes(32)  # as long as traceroute's
_RECEIVE_ERRORS = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}
_FROM_ROUTER = "host_unreachable"
_SILENCE = "generic_timeout_error"


async def route(trace: Trace, address: str, *, timeout: float = SECONDS) -> tuple[Hop, ...]:  # noqa: ASYNC109 - of one datagram
    """Send datagrams that die ever farther away, several at once, until the host answers or nobody does any more.

    Args:
        trace: where it is written down.
        address: whose host is looked for, no name.
        timeout: seconds for each datagram.

    Returns:
        What came of each datagram, in the order of hops: ``connection_refused`` or no failure, the host answered;
        ``host_unreachable``, a router did; ``generic_timeout_error``, nobody did, and the hop is asked once more. The
        one that could live for :data:`FULL` hops is the last.

    """
    address = canonical_address(address) or address
    found: list[Hop] = []
    for first in range(1, MOST + 1, _AT_ONCE):
        near = range(first, min(first + _AT_ONCE, MOST + 1))
        found += await _asked(trace, address, (*near, FULL) if first == 1 else near, timeout)
        found.sort(key=lambda hop: hop.ttl)
        if _is_over(hop for hop in found if hop.ttl != FULL):
            break
    return tuple(found)


async def _asked(trace: Trace, address: str, ttls: Iterable[int], seconds: float) -> list[Hop]:
    asked = await asyncio.gather(*(_hop(trace, address, ttl, seconds) for ttl in ttls))
    return [hop for hops in asked for hop in hops]


def _is_over(hops: Iterable[Hop]) -> bool:
    """Tell whether the host answered, or too many hops in a row did not."""
    failures: dict[int, set[str | None]] = {}
    for hop in hops:
        failures.setdefault(hop.ttl, set()).add(hop.failure)
    last = list(failures.values())[-_SILENT_HOPS:]
    return any(not found <= {_FROM_ROUTER, _SILENCE} for found in last) or all(found == {_SILENCE} for found in last)


async def _hop(trace: Trace, address: str, ttl: int, seconds: float) -> list[Hop]:
    tries: list[Hop] = []
    while len(tries) < _TRIES and (not tries or tries[-1].failure == _SILENCE):
        tries.append(await _tried(trace, address, ttl, seconds))
    return tries


async def _tried(trace: Trace, address: str, ttl: int, seconds: float) -> Hop:
    await trace.admit(address)
    port = _FIRST_PORT + ttl
    t0, failure, exchange = trace.now(), None, _Exchange()
    transport: asyncio.DatagramTransport | None = None
    try:
        async with asyncio.timeout(seconds):
            transport, _ = await trace.dialer.create_datagram_endpoint(lambda: exchange, remote_addr=(address, port))
            _prepare(transport, address, port, ttl)
            transport.sendto(_MESSAGE)
            trace.event("write_to", None, address=join_endpoint(address, port), proto="udp", num_bytes=len(_MESSAGE))
            failure = await exchange.outcome
    except OSError as error:  # TimeoutError is one
        failure = failure_of(error)
    except asyncio.CancelledError as error:
        failure = failure_of(error)
        raise
    finally:
        if transport is not None:
            transport.close()
        hop = trace.note(Hop, t0, failure, ip=address, port=port, ttl=ttl)
    return hop


def _prepare(transport: asyncio.DatagramTransport, address: str, port: int, ttl: int) -> None:
    made = transport.get_extra_info("socket")
    with suppress(OSError):  # no such option, so routers are not heard
        made.setsockopt(*_RECEIVE_ERRORS[made.family], 1)
    limit_hops(transport, Path(address, port, ttl=ttl))


class _Exchange(asyncio.DatagramProtocol):
    """Takes the first answer. Then the socket is closed: a second error would keep it readable without an end."""

    def __init__(self) -> None:
        self.outcome: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - whatever it is, the host sent it
        self._decide(None)

    def error_received(self, exc: Exception) -> None:
        self._decide(failure_of(exc))

    def _decide(self, failure: str | None) -> None:
        if not self.outcome.done():
            self.outcome.set_result(failure)
        self._transport.close()
