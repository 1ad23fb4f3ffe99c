"""What a control measures for a probe: name, addresses, handshakes and page (``ooni/spec``, ts-017).

First the name; then every address that either found, at the ports of the URL; at the same time the page. Handshakes of
QUIC and HTTP/3 follow where they were asked for and the site's first response offered them.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from trigpoint.control.page import fetched
from trigpoint.control.protocol import (
    IS_BOGON,
    RESOLVED_BY_CONTROL,
    RESOLVED_BY_PROBE,
    VALID_FOR_DOMAIN,
    AddressInfo,
    Connected,
    ControlResponse,
    Handshaken,
    Resolved,
)
from trigpoint.control.resolving import resolved
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.tcp import connect
from trigpoint.net.dial.tls import handshake
from trigpoint.net.names import canonical_address, join_endpoint, split_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.control.protocol import ControlRequest, Fetched
    from trigpoint.control.setting import Setting

_MOST_FOUND = 64  # addresses of one name that are measured
_SECONDS = 7.0  # for a connect, and for a handshake: both together last as long as ooni/probe-cli gives them
_ENDPOINTS_SECONDS = 15.0  # for all of them; those that are not done then are left out, and say nothing
_MOST_AT_ONCE = 16  # endpoints, so that no process runs out of files and takes that for a site's failure


async def measure(asked: ControlRequest, setting: Setting) -> ControlResponse:
    """Measure."""
    host = asked.url.host or ""
    found = Resolved() if canonical_address(host) else await resolved(host, setting)
    flags = _flags(asked, found.addrs[:_MOST_FOUND], host)
    # What the control found comes first: a long list of silent addresses leaves it no less time.
    own = sorted(flags, key=lambda address: (not flags[address] & RESOLVED_BY_CONTROL, address))
    allowed = [address for address in own if not setting.refuses(address)]
    one = _One(host, setting)
    endpoints = [(address, port) for address in allowed for port in asked.ports]
    _, page = await asyncio.gather(
        one.all_over_tcp(endpoints, asked),
        fetched(asked, setting, found),
    )
    page3, quic = await _over_quic(asked, setting, found, page, allowed)
    return ControlResponse(
        tcp_connect=dict(sorted(one.connects.items())),
        tls_handshake=dict(sorted(one.tls.items())),
        quic_handshake=quic,
        http_request=page,
        http3_request=page3,
        dns=found,
        ip_info={
            address: AddressInfo(setting.asn(address), flag | _verdict(address, setting, one.proven))
            for address, flag in flags.items()
        },
    )


async def _over_quic(
    asked: ControlRequest, setting: Setting, found: Resolved, page: Fetched, allowed: list[str]
) -> tuple[Fetched | None, dict[str, Handshaken]]:
    _, port = split_endpoint(page.discovered_h3_endpoint)
    if not (asked.x_quic_enabled and port):
        return None, {}
    from trigpoint.control.h3 import fetched3, handshaken  # noqa: PLC0415 - aioquic costs 80 ms, which few need

    host = asked.url.host or ""
    page3, shaken = await asyncio.gather(
        fetched3(asked, setting, found, port),
        asyncio.gather(*(handshaken(host, address, port, setting) for address in allowed)),
    )
    ends = (join_endpoint(address, port) for address in allowed)
    return page3, dict(zip(ends, shaken, strict=True))


def _flags(asked: ControlRequest, found: Iterable[str], host: str) -> dict[str, int]:
    """Say of each address who found it. One that the URL itself names is the probe's."""
    flags: dict[str, int] = {}
    for address in (*asked.addresses, *filter(None, (canonical_address(host),))):
        flags[address] = RESOLVED_BY_PROBE
    for address in found:
        flags[address] = flags.get(address, 0) | RESOLVED_BY_CONTROL
    return flags


def _verdict(address: str, setting: Setting, proven: set[str]) -> int:
    return (IS_BOGON if setting.refuses(address) else 0) | (VALID_FOR_DOMAIN if address in proven else 0)


class _One:
    """Measures the endpoints of one host, and keeps how each went."""

    def __init__(self, host: str, setting: Setting) -> None:
        self._host = host
        self._setting = setting
        self.connects: dict[str, Connected] = {}
        self.tls: dict[str, Handshaken] = {}
        self.proven: set[str] = set()
        """Addresses that showed a certificate for the host."""

    async def all_over_tcp(self, endpoints: Iterable[tuple[str, int]], asked: ControlRequest) -> None:
        """Measure endpoints, some at once, as long as there is time."""
        room = asyncio.Semaphore(_MOST_AT_ONCE)

        async def one(address: str, port: int) -> None:
            async with room:
                await self.over_tcp(address, port, is_tls=asked.is_tls(port))

        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDPOINTS_SECONDS):
                await asyncio.gather(*(one(*endpoint) for endpoint in endpoints))

    async def over_tcp(self, address: str, port: int, *, is_tls: bool) -> None:
        """Connect to an address, and shake hands there."""
        endpoint = join_endpoint(address, port)
        diary = Diary(dialer=self._setting.dialer)
        trace = diary.trace()
        stream = await connect(trace, address, port, timeout=_SECONDS)
        self.connects[endpoint] = Connected(stream is not None, diary.connects[-1].failure)
        if stream is None or not is_tls:
            if stream:
                stream.close()
            return
        tls = await handshake(trace, stream, self._host, trust=self._setting.trust(), timeout=_SECONDS)
        self.tls[endpoint] = Handshaken(self._host, tls is not None, diary.handshakes[-1].failure)
        if tls:
            self.proven.add(address)
            tls.close()
