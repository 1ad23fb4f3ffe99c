"""One visit: a name looked up at the network's own resolver, and its addresses tried in turn until one answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.acts import RoundTrip
from trigpoint.net.dial.dns import ask
from trigpoint.net.dial.http import fetch, request
from trigpoint.net.dial.tcp import Stream, connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import canonical_address, parse_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from trigpoint.net.dial.acts import Act, Lookup
    from trigpoint.net.dial.tls import TlsStream
    from trigpoint.net.dial.trust import Trust
    from trigpoint.net.names import Url
    from trigpoint.probe.nettest import Measuring

MOST_ADDRESSES = 4
"""Addresses of one name that are tried."""
MOST_BYTES = 1 << 14
"""Of a body: that there is an answer matters, not what a page says in full."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    url: str
    """What was tried: ``tcp://HOST:PORT`` for a mere connection, ``dns://HOST`` for a mere lookup, or http or https."""
    addresses: tuple[str, ...] = ()
    """Those that the name has."""
    is_connected: bool = False
    """Whether some address took the connection."""
    trip: RoundTrip | None = None
    """The answer. None: none was asked for, or none came so far."""
    failure: str | None = None
    """Of the last attempt. None: it went well."""


class Visits:
    """Visits of one measurement; each name is looked up once.

    Args:
        measuring: the measurement.
        trust: whom certificates are held against. None: the session's.

    """

    def __init__(self, measuring: Measuring, trust: Trust | None = None) -> None:
        self._measuring = measuring
        self._trust = trust or measuring.session.trust
        self._found: dict[str, asyncio.Task[Lookup]] = {}

    async def __call__(
        self,
        url: str,
        *,
        method: str = "GET",
        trust: Trust | None = None,
        versions: AbstractSet[int] = frozenset({4, 6}),
    ) -> Visit:
        """Make one.

        Args:
            url: what is tried, as :attr:`Visit.url` has it.
            method: of the request.
            trust: whom certificates are held against, where it is not whom all others are.
            versions: of IP that are used, of those that the network has.

        """
        parts = parse_url(url)
        addresses, failure = await self._addresses(parts.host or "")
        allowed = versions & self._measuring.session.families
        usable = [one for one in addresses if (6 if ":" in one else 4) in allowed]
        visit = Visit(url=url, addresses=addresses, failure=failure or (None if usable else "dns_no_answer"))
        if parts.scheme == "dns" or visit.failure:
            return visit
        return await self._reached(parts, usable[:MOST_ADDRESSES], visit, method, trust or self._trust)

    async def _addresses(self, host: str) -> tuple[tuple[str, ...], str | None]:
        if address := canonical_address(host):
            return (address,), None
        if host not in self._found:
            self._found[host] = asyncio.ensure_future(self._asked(host))
        lookup = await self._found[host]
        return lookup.addresses, lookup.failure

    async def _asked(self, host: str) -> Lookup:
        session, diary = self._measuring.session, self._measuring.diary
        return await ask(diary.trace(), session.system, host, trust=session.trust)

    async def _reached(self, parts: Url, addresses: Sequence[str], visit: Visit, method: str, trust: Trust) -> Visit:
        for address in addresses:
            visit = await self._tried(parts, address, visit, method, trust)
            if visit.failure is None:
                break
        return visit

    async def _tried(self, parts: Url, address: str, visit: Visit, method: str, trust: Trust) -> Visit:
        diary = self._measuring.diary
        trace = diary.trace()
        stream: Stream | TlsStream | None = await connect(trace, address, parts.port or 0)
        is_connected = visit.is_connected or stream is not None
        try:
            if isinstance(stream, Stream) and parts.scheme == "https":
                stream = await handshake(trace, stream, parts.host or "", trust=trust)
            if stream is None:
                failure = _failure(diary.acts, trace.transaction_id)
                return msgspec.structs.replace(visit, is_connected=is_connected, failure=failure)
            if parts.scheme == "tcp":
                return msgspec.structs.replace(visit, is_connected=True, failure=None)
            trip = await fetch(trace, stream, request(visit.url, method=method), most_bytes=MOST_BYTES)
            return msgspec.structs.replace(visit, is_connected=True, trip=trip, failure=trip.failure)
        finally:
            if stream is not None:
                stream.close()


def _failure(acts: Sequence[Act], transaction_id: int) -> str:
    """Give how a connection failed."""
    failures = (act.failure for act in acts if act.transaction_id == transaction_id)
    return next((failure for failure in failures if failure), "unknown_failure")
