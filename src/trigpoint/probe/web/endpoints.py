"""Which addresses of a site can be connected to: TCP and TLS to each, without a race (ts-017, E001)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.diary import Trace
from trigpoint.net.dial.tcp import Stream, connect
from trigpoint.net.dial.tls import TlsStream, handshake
from trigpoint.probe.web.lookups import Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.names import Url
    from trigpoint.probe.nettest import Measuring

_HTTPS = 443


class Reached(msgspec.Struct, frozen=True):
    """A connection over which a page can be asked for."""

    found: Found
    trace: Trace
    stream: Stream | TlsStream


async def reach(measuring: Measuring, url: Url, found: Iterable[Found], depth: int) -> list[Reached]:
    """Connect to every address at once, with TLS where the URL has it.

    Where it has not, and names no port, a handshake at port 443 shows whether the address is genuine: no page is
    asked for over it.
    """
    is_secure = url.scheme == "https"
    work = [_reached(measuring, url, one, depth) for one in found if one.version in measuring.session.families]
    if not is_secure and url.port == 80:  # noqa: PLR2004 - the scheme's port (RFC 9110, section 4.2.1)
        checks = [_checked(measuring, url, one, depth) for one in found if one.version in measuring.session.families]
    else:
        checks = []
    results = await asyncio.gather(*work, *checks)
    return [reached for reached in results[: len(work)] if reached is not None]


async def _reached(measuring: Measuring, url: Url, found: Found, depth: int) -> Reached | None:
    trace = measuring.diary.trace(*_tags(found, depth, fetches=True))
    assert url.host is not None  # noqa: S101 - whoever measures a URL has seen that it has a host
    stream = await _opened(measuring, trace, found, url.port or _HTTPS, url.host if url.scheme == "https" else "")
    return None if stream is None else Reached(found, trace, stream)


async def _checked(measuring: Measuring, url: Url, found: Found, depth: int) -> None:
    trace = measuring.diary.trace(*_tags(found, depth, fetches=False))
    stream = await _opened(measuring, trace, found, _HTTPS, url.host or "")
    if stream is not None:
        stream.close()


async def _opened(
    measuring: Measuring, trace: Trace, found: Found, port: int, server_name: str
) -> Stream | TlsStream | None:
    stream = await connect(trace, found.address, port)
    if stream is None or not server_name:
        return stream
    return await handshake(trace, stream, server_name, trust=measuring.session.trust)


def _tags(found: Found, depth: int, *, fetches: bool) -> tuple[str, ...]:
    classic = ("classic",) if found.is_classic and fetches else ()
    return (*classic, "tcptls_experiment", f"depth={depth}", f"fetch_body={str(fetches).lower()}")
