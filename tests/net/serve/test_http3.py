from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import QuicEvent, StreamReset

from tests.lab.services.clients import H3Client, h3
from tests.lab.services.loopback import Lab, made, running
from tests.net.serve.settling import comes_to
from tests.net.serve.test_http1 import respond
from trigpoint.lab.services.pki import Pki
from trigpoint.net.serve.quic import Choice, QuicEndpoint
from trigpoint.net.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SITES = [
    {"name": "news.example", "hosts": ["web"], "schemes": ["http", "https", "h3"]},
    {"name": "other.example", "hosts": ["web"], "schemes": ["h3"]},
    {"name": "alert.example", "hosts": ["web"], "schemes": ["h3"], "fault": "tls"},
    {"name": "silent.example", "hosts": ["web"], "schemes": ["h3"], "fault": "silent"},
    {"name": "expired.example", "hosts": ["web"], "schemes": ["h3"], "certificate": "expired"},
]


def within(run: object) -> Lab:
    async def whole() -> Lab:
        async with running(made(SITES)) as lab:
            await run(lab)  # type: ignore[operator]
            return lab

    return asyncio.run(whole())


def test_sites_are_told_apart_by_name_on_one_port() -> None:
    async def run(lab: Lab) -> None:
        async with h3(lab) as client:
            status, fields, body = await client.get()
            assert (status, fields[b"server"], len(body)) == (200, b"lab-httpd", 8_000)
            assert (await client.get(host="unknown.example"))[0] == 421
        async with h3(lab, "other.example") as client:
            assert b"other.example" in (await client.get(host="other.example"))[2]

    within(run)


def test_a_large_file_is_streamed() -> None:
    async def run(lab: Lab) -> None:
        async with h3(lab) as client:
            status, _, body = await client.get("/bytes/1500000")
            assert (status, len(body)) == (200, 1_500_000)

    within(run)


@pytest.mark.parametrize("name", ["expired.example", "alert.example", "silent.example"])
def test_a_site_fails_as_it_should(name: str) -> None:
    async def run(lab: Lab) -> None:
        with pytest.raises(ConnectionError):
            async with h3(lab, name, seconds=0.3):
                pass

    lab = within(run)
    expected = "site.bad_certificate" if name == "expired.example" else "site.down"
    assert lab.causes == [("a1", "serve", expected)]
    assert lab.events[0][1].protocol == "udp"


def test_a_request_that_is_too_large_is_cut_off_and_the_connection_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.net.serve.http3.LARGEST_REQUEST", 20_000)

    async def run(lab: Lab) -> None:
        async with h3(lab) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.get(body=b"x" * 80_000, method="POST"), 0.3)
            assert (await client.get(method="POST", body=b"x"))[0] == 200

    within(run)


class Client(H3Client):
    """Sees which of its requests is refused."""

    refused: asyncio.Future[int] | None = None

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, StreamReset) and self.refused and not self.refused.done():
            self.refused.set_result(event.stream_id)
        super().quic_event_received(event)


@asynccontextmanager
async def endpoint(folder: Path, own: Running | None = None) -> AsyncIterator[Client]:
    """A client of an endpoint that answers as the tests of HTTP/1.1 do."""
    own, loop, pki = own or Running(), asyncio.get_running_loop(), Pki(folder)
    identity = pki.identity(["x.example"])
    server, _ = await loop.create_datagram_endpoint(
        lambda: QuicEndpoint(own, lambda *_: Choice(identity), respond), ("127.0.0.1", 0)
    )
    configuration = QuicConfiguration(alpn_protocols=["h3"], server_name="x.example", idle_timeout=2.0)
    configuration.load_verify_locations(cadata=pki.bundle())
    end = server.get_extra_info("sockname")
    transport, client = await loop.create_datagram_endpoint(
        lambda: Client(QuicConnection(configuration=configuration)), remote_addr=end
    )
    client.connect(end)
    await asyncio.wait_for(client.wait_connected(), 5)
    try:
        yield client
    finally:
        client.close()
        await asyncio.wait_for(client.wait_closed(), 5)
        await own.close()
        transport.close()


def test_no_answer_is_the_end_of_the_stream(tmp_path: Path) -> None:
    async def run() -> None:
        async with endpoint(tmp_path) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.get("/none"), 0.1)
            assert (await client.get("/a", "x.example"))[2] == b"GET x.example /a 0"

    asyncio.run(run())


def test_a_client_that_changes_its_mind_or_its_connection_id_is_still_served(tmp_path: Path) -> None:
    async def run() -> None:
        async with endpoint(tmp_path) as client:
            getting = asyncio.ensure_future(client.get("/big"))
            await asyncio.sleep(0.02)
            client._quic.reset_stream(0, 0x010C)
            client._quic.stop_stream(0, 0x010C)
            client.transmit()
            client.change_connection_id()
            await asyncio.sleep(0.05)
            getting.cancel()
            assert (await client.get("/a", "x.example", body=b"xyz", method="POST"))[2] == b"POST x.example /a 3"

    asyncio.run(run())


def test_the_end_of_the_endpoint_is_the_end_of_what_it_answers(tmp_path: Path) -> None:
    async def run() -> None:
        own = Running()
        async with endpoint(tmp_path, own) as client:
            getting = asyncio.ensure_future(client.get("/big"))
            assert await comes_to(own, 1, 1)
            await own.close()
            assert (own.open, len(own._tasks)) == (0, 0)
            getting.cancel()

    asyncio.run(run())


def test_requests_that_come_at_once_are_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.net.serve.http3.LARGEST_REQUEST", 20_000)

    async def run() -> None:
        async with endpoint(tmp_path) as client:
            http = client._http
            assert http is not None
            client.refused = asyncio.get_running_loop().create_future()
            for stream in (0, 4):
                named = {b":method": b"POST", b":scheme": b"https", b":authority": b"x.example", b":path": b"/a"}
                http.send_headers(stream, list(named.items()))
                http.send_data(stream, b"x" * 15_000, end_stream=False)
            client.transmit()
            assert await asyncio.wait_for(client.refused, 20) == 4

    asyncio.run(run())
