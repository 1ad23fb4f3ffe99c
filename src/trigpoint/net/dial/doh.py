"""DNS over HTTPS (RFC 8484): one connection, one POST, and the message in its answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.dial.dns_stream import began, concluded, opened
from trigpoint.net.dial.failures import Failed, failure_of
from trigpoint.net.dial.http import fetch, request
from trigpoint.net.dial.tls import ALPN

if TYPE_CHECKING:
    from trigpoint.net.dial.acts import Lookup, RoundTrip
    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.dns_query import Query
    from trigpoint.net.dial.dns_udp import Path
    from trigpoint.net.dial.resolver import Resolver
    from trigpoint.net.dial.trust import Trust

NO_MESSAGE = "unknown_failure: doh: the HTTP response holds no DNS message"
"""The response is of another type: perhaps a page of somebody else."""

_TYPE = "application/dns-message"
_HEADERS = (("Accept", _TYPE), ("Content-Type", _TYPE))
_MOST_BYTES = 65_535  # of a message (RFC 1035, section 4.2.2)
_OK = 200


async def ask_doh(
    trace: Trace,
    query: Query,
    resolver: Resolver,
    path: Path,
    *,
    trust: Trust,
    timeout: float,  # noqa: ASYNC109 - the act fails by it, as by anything else
) -> Lookup:
    """Ask over HTTP/2, or HTTP/1.1 where the server wants it.

    Args:
        trace: what it is written to, with connect, handshake and round trip.
        query: the question.
        resolver: whom.
        path: where that is.
        trust: whom certificates are held against.
        timeout: seconds for each of connect, handshake and round trip.

    Returns:
        What the message says, or how it failed.

    """
    try:
        stream = await opened(trace, resolver, path, trust=trust, alpn=ALPN, timeout=timeout)
        try:
            asked = request(resolver.text, method="POST", headers=_HEADERS, body=query.wire)
            reply = _message(await fetch(trace, stream, asked, timeout=timeout, most_bytes=_MOST_BYTES))
        finally:
            stream.close()
    except Failed as error:
        return query.failed(trace, began(trace), failure_of(error))
    except asyncio.CancelledError as error:
        query.failed(trace, began(trace), failure_of(error))
        raise
    return concluded(trace, query, reply)


def _message(act: RoundTrip) -> bytes:
    """Give the message of a response.

    Raises:
        Failed: there is none.

    """
    response = act.response
    if act.failure or response is None:
        raise Failed(act.failure or NO_MESSAGE)
    if response.code != _OK:
        failure = "http_unexpected_status_code"
        raise Failed(failure)
    kinds = [value for name, value in response.headers if name.lower() == "content-type"]
    if [kind.partition(";")[0].strip().lower() for kind in kinds] != [_TYPE]:
        raise Failed(NO_MESSAGE)
    return response.body
