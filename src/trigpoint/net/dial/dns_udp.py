"""DNS over UDP (RFC 1035, section 4.2.1), with every reply that comes, since a forged one comes before the true one."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, cast

import msgspec

from trigpoint.net.dial.dns_query import TIMEOUT, WRONG_REPLY
from trigpoint.net.dial.failures import failure_of
from trigpoint.net.names import join_endpoint

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Lookup
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.dns_query import Query

_MOST_REPLIES = 64  # to one question; the worst injectors send about five, and a flood must not fill the memory


class Path(msgspec.Struct, frozen=True):
    """How datagrams go to a resolver."""

    address: str
    """In canonical text."""
    port: int
    local: tuple[str, int] | None = None
    """Address and port to come from. None: as the system chooses."""
    ttl: int = 0
    """Time to live of what is sent, in hops. 0: as usual."""


class _Exchange(asyncio.DatagramProtocol):
    """One question, and all that comes back: the first outcome decides, and what follows is late."""

    def __init__(self, trace: Trace, query: Query, path: Path) -> None:
        self._trace, self._query = trace, query
        self._endpoint = join_endpoint(path.address, path.port)
        self._t0 = trace.now()
        self._left = _MOST_REPLIES
        self._useless: tuple[str, bytes] | None = None
        self.outcome: Lookup | None = None
        self.decided = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def send(self) -> None:
        """Ask."""
        self._transport.sendto(self._query.wire)
        self._event("write", num_bytes=len(self._query.wire))

    def datagram_received(self, data: bytes, _: object) -> None:
        """Take what came: the answer, a later one, or nothing of ours."""
        if not self._left:
            return
        self._left -= 1
        mismatch = self._query.mismatch(data)
        self._event("read", mismatch, num_bytes=len(data))
        if mismatch is None:
            self._decide(self._query.replied(self._trace, self._t0, data, is_late=self.outcome is not None))
        elif self._useless is None or mismatch == WRONG_REPLY:
            self._useless = mismatch, data

    def error_received(self, exc: Exception) -> None:
        """Take an ICMP error, or that nothing could be sent. A reply may follow all the same."""
        failure = failure_of(exc)
        self._event("read", failure)
        if self.outcome is None:
            self.fail(failure)

    def fail(self, failure: str, reply: bytes | None = None) -> None:
        """Decide that there is no reply."""
        self._decide(self._query.failed(self._trace, self._t0, failure, reply))

    def give_up(self) -> None:
        """Decide that nothing comes any more; if what came was useless, that is the failure."""
        self.fail(*self._useless or (TIMEOUT, None))

    def _decide(self, lookup: Lookup) -> None:
        self.outcome = self.outcome or lookup
        self.decided.set()

    def _event(self, operation: str, failure: str | None = None, *, num_bytes: int | None = None) -> None:
        self._trace.event(operation, failure=failure, address=self._endpoint, proto="udp", num_bytes=num_bytes)


async def ask_udp(
    trace: Trace,
    query: Query,
    path: Path,
    *,
    timeout: float,  # noqa: ASYNC109 - the act fails by it, as by anything else
    window: float,
) -> Lookup:
    """Ask once, and listen.

    Args:
        trace: what it is written to.
        query: the question.
        path: where it goes.
        timeout: seconds until the first reply must have come.
        window: seconds for which further replies are waited for after the first.

    Returns:
        What the first reply, or the first error, says.

    """
    exchange = _Exchange(trace, query, path)
    try:
        transport, _ = await trace.dialer.create_datagram_endpoint(
            lambda: exchange, local_addr=path.local, remote_addr=(path.address, path.port)
        )
    except OSError as error:
        exchange.fail(failure_of(error))
        return cast("Lookup", exchange.outcome)
    try:
        limit_hops(transport, path)
        exchange.send()
        async with asyncio.timeout(timeout):
            await exchange.decided.wait()
        await asyncio.sleep(window)
    except TimeoutError:
        exchange.give_up()
    except asyncio.CancelledError as error:
        if exchange.outcome is None:
            exchange.fail(failure_of(error))
        raise
    finally:
        transport.close()
    return cast("Lookup", exchange.outcome)


def limit_hops(transport: asyncio.DatagramTransport, path: Path) -> None:
    """Set the time to live of what a transport sends, if a path says so."""
    if not path.ttl:
        return
    made = transport.get_extra_info("socket")
    if made.family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, path.ttl)
    else:
        made.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, path.ttl)
