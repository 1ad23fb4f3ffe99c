"""One HTTP request on an open connection, and what came of it (df-001). No redirect is followed here.

What is spoken is what TLS agreed on. Nothing is decoded but the transfer coding, so no content coding is asked for.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlsplit

import h2.exceptions
import h11

from trigpoint.net.dial.acts import Request, RoundTrip
from trigpoint.net.dial.failures import Failed, failure_of
from trigpoint.net.dial.http1 import Http1
from trigpoint.net.dial.http2 import Http2
from trigpoint.net.dial.tcp import SECONDS
from trigpoint.net.names import join_endpoint, parse_url

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from trigpoint.net.dial.diary import Trace
    from trigpoint.net.dial.exchange import Exchange, Gathered

Headers = tuple[tuple[str, str], ...]
"""Names and values in order."""

_ENGINE = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
HEADERS: Headers = (
    ("Upgrade-Insecure-Requests", "1"),
    ("User-Agent", f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_ENGINE}"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "en-US,en;q=0.9"),
)
"""What a browser sends behind ``Host``, in its order: the most common one, so that servers treat a probe alike."""
MOST_BYTES = 1 << 19
"""Of a body, unless told otherwise; ooni/probe-cli keeps as much."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE = "!#$%&'()*+,/:;=?@[]~|^`{}\\-._"  # of a target: what browsers leave alone, and what is encoded already


class Connection(Protocol):
    """An open connection, as it is written down."""

    network: str
    endpoint: str

    @property
    def alpn(self) -> str:
        """What was agreed on. Empty: nothing."""
        ...


class Carrier(Connection, Protocol):
    """One of TCP or TLS."""

    async def read(self, timeout: float = ...) -> bytes:  # noqa: ASYNC109 - as in tcp.py
        """Give what came."""
        ...

    async def write(self, data: bytes, timeout: float = ...) -> None:  # noqa: ASYNC109 - as in tcp.py
        """Send bytes."""
        ...


def request(
    url: str, *, method: str = "GET", headers: Headers = HEADERS, host: str | None = None, body: bytes = b""
) -> Request:
    """Make a request with the headers of a browser.

    >>> request("http://Example.org:8080/a b#c").headers[0], target_of("http://example.org:8080/a b?d#c")
    (('Host', 'example.org:8080'), '/a%20b?d')

    Args:
        url: absolute.
        method: such as ``GET``.
        headers: all but ``Host``, which stands first, and the length of the body, which stands last.
        host: another value of ``Host``, as tests of filters send it. None: the URL's.
        body: what is sent.

    """
    parsed = parse_url(url)
    port = None if parsed.port == _DEFAULT_PORTS.get(parsed.scheme or "") else parsed.port
    bare = parsed.host or ""
    named = f"[{bare}]" if ":" in bare and port is None else join_endpoint(bare, port)
    length = (("Content-Length", str(len(body))),) if body else ()
    every = (("Host", named if host is None else host), *headers, *length)
    return Request(url=parsed.text, method=method, headers=every, body=body)


def target_of(url: str) -> str:
    """Give path and query of a URL as they are sent: without the fragment, in ASCII."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe=_SAFE)


async def fetch(
    trace: Trace,
    stream: Carrier,
    asked: Request,
    *,
    timeout: float = SECONDS,  # noqa: ASYNC109 - the act fails by it, as by anything else
    most_bytes: int = MOST_BYTES,
) -> RoundTrip:
    """Send a request and take the response, as far as it comes. A connection carries one request; it is left open.

    Args:
        trace: where it is written down.
        stream: an open connection.
        asked: what is sent.
        timeout: seconds, for all of it.
        most_bytes: of the body; the rest is not read.

    Returns:
        What was written down: with a response also where it failed half-way.

    """
    exchange = _exchange(stream.alpn, asked, most_bytes)
    return await noted(
        trace, stream, asked, exchange, _run(stream, exchange, asyncio.get_running_loop().time() + timeout)
    )


async def noted(
    trace: Trace, stream: Connection, asked: Request, exchange: Gathered, work: Awaitable[None]
) -> RoundTrip:
    """Do a request's work, and write down what came of it, whatever becomes of it."""
    t0, failure = trace.now(), None
    trace.event("http_transaction_start", address=stream.endpoint, proto=stream.network)
    try:
        await work
    except (Failed, TimeoutError, ValueError, h11.ProtocolError, h2.exceptions.ProtocolError) as error:
        failure = failure_of(error)
    except asyncio.CancelledError as error:
        failure = failure_of(error)
        raise
    finally:
        trace.event("http_transaction_done", failure=failure, address=stream.endpoint, proto=stream.network)
        act = trace.note(
            RoundTrip,
            t0,
            failure,
            network=stream.network,
            address=stream.endpoint,
            alpn=stream.alpn,
            request=asked,
            response=exchange.response,
        )
    return act


def _exchange(alpn: str, asked: Request, most_bytes: int) -> Exchange:
    target = target_of(asked.url)
    return Http2(asked, target, most_bytes) if alpn == "h2" else Http1(asked, target, most_bytes)


async def _run(stream: Carrier, exchange: Exchange, deadline: float) -> None:
    loop, reply = asyncio.get_running_loop(), exchange.begin()
    while not exchange.is_over:
        if reply:
            with suppress(Failed):  # reading fails as well, once what came before is read
                await stream.write(reply, deadline - loop.time())
        reply = exchange.receive(await stream.read(deadline - loop.time()))
