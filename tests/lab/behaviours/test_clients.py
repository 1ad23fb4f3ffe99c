"""Libraries that know nothing of the lab, httpx and aioquic, see in virtual time what censors and hosts do."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest
from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived
from aioquic.quic.configuration import QuicConfiguration

from tests.lab.behaviours.stage import world
from tests.lab.behaviours.standing import standing
from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aioquic.quic.events import QuicEvent

FAMILIES = {4: "0.0.0.0", 6: "::"}  # noqa: S104 - where a connection comes from: any own address of the family
HTTPX = {
    "https://elsewhere.example/": (200, "HTTP/2", "elsewhere.example"),
    "http://elsewhere.example/": (200, "HTTP/1.1", "elsewhere.example"),
    "http://http-block-page.example/": (403, "HTTP/1.1", "<title>Blocked</title>"),
    "http://http-redirect.example/": (302, "HTTP/1.1", ""),
    "https://site-unavailable.example/": (451, "HTTP/2", "Unavailable For Legal Reasons"),
    "https://site-view-geoblock.example/": (403, "HTTP/2", "not available in your country"),
    "https://site-challenge.example/": (403, "HTTP/2", "Just a moment..."),
    "https://antivirus.example/": (200, "HTTP/1.1", "antivirus.example"),
    "https://tls-reset.example/": httpx.ConnectError,
    "https://tls-close.example/": httpx.ConnectError,
    "https://tls-drop.example/": httpx.ConnectTimeout,
    "https://null-route.example/": httpx.ConnectTimeout,
    "https://null-route-rst.example/": httpx.ConnectError,
    "https://tls-interception.example/": httpx.ConnectError,
    "https://site-expired.example/": httpx.ConnectError,
    "https://site-down-nxdomain.example/": httpx.ConnectError,
    "https://freeze.example/bytes/200000": httpx.ReadTimeout,
    "http://http-reset.example/": httpx.ReadError,
    "http://http-drop.example/": httpx.ReadTimeout,
}


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[Lab, asyncio.Runner]]:
    made = Lab(world(), fabric="virtual")
    with standing(made) as runner:
        yield made, runner


@pytest.mark.parametrize("family", FAMILIES)
def test_httpx_meets_every_kind_of_failure_as_its_own_error(
    lab: tuple[Lab, asyncio.Runner], family: int, subtests: pytest.Subtests
) -> None:
    async def fetched(url: str) -> object:
        context = ssl.create_default_context(cafile=str(lab[0].bundle()))
        transport = httpx.AsyncHTTPTransport(http2=True, verify=context, local_address=FAMILIES[family])
        async with httpx.AsyncClient(transport=transport, timeout=5) as client:
            try:
                reply = await client.get(url)
            except httpx.HTTPError as error:
                return type(error)
        return reply.status_code, reply.http_version, reply.text

    async def all_at_once() -> list[object]:
        return list(await asyncio.gather(*map(fetched, HTTPX)))

    for (url, wanted), found in zip(HTTPX.items(), lab[1].run(all_at_once()), strict=True):
        with subtests.test(url=url):
            if isinstance(wanted, tuple) and isinstance(found, tuple):
                assert found[:2] == wanted[:2]
                assert wanted[2] in found[2]
            else:
                assert found == wanted


class Asking(QuicConnectionProtocol):
    """Asks for one page of HTTP/3."""

    http: H3Connection | None = None
    page = b""

    async def get(self, name: str) -> bytes:
        self.done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.http = H3Connection(self._quic)
        head = ((b":method", b"GET"), (b":scheme", b"https"), (b":authority", name.encode()), (b":path", b"/"))
        self.http.send_headers(self._quic.get_next_available_stream_id(), list(head), end_stream=True)
        self.transmit()
        return await self.done

    def quic_event_received(self, event: QuicEvent) -> None:
        for found in self.http.handle_event(event) if self.http else ():
            if isinstance(found, DataReceived):
                self.page += found.data
                if found.stream_ended:
                    self.done.set_result(self.page)


async def over_quic(lab: Lab, name: str, at: str) -> bytes:
    """Fetch a page with aioquic; empty if there is no answer."""
    settings = QuicConfiguration(alpn_protocols=H3_ALPN, server_name=name, idle_timeout=8)
    settings.load_verify_locations(cafile=str(lab.bundle()))
    try:
        async with asyncio.timeout(10), connect(at, 443, configuration=settings, create_protocol=Asking) as client:
            return await client.get(name)
    except (OSError, TimeoutError):
        return b""


@pytest.mark.parametrize("at", ["203.0.113.10", "2001:db8:80::a"])
def test_aioquic_gets_no_answer_for_a_listed_name_and_the_page_of_another_beside_it(
    lab: tuple[Lab, asyncio.Runner], at: str
) -> None:
    async def both() -> list[bytes]:
        return await asyncio.gather(*(over_quic(lab[0], f"quic-drop{more}.example", at) for more in ("", "-free")))

    listed, free = lab[1].run(both())
    assert listed == b""
    assert b"quic-drop-free.example" in free
