from __future__ import annotations

import asyncio

import pytest
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.services.clients import h3
from tests.lab.services.loopback import WEB, Lab, made, running
from tests.lab.services.test_dns_server import Recorded
from tests.lab.services.test_http1 import respond
from trigpoint.lab.services.exchange import LARGEST_REQUEST
from trigpoint.lab.services.http3 import QuicEndpoint
from trigpoint.lab.services.running import Running

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


def test_a_request_that_is_too_large_is_cut_off_and_the_connection_lives() -> None:
    async def run(lab: Lab) -> None:
        async with h3(lab, seconds=5) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.get(body=b"x" * (LARGEST_REQUEST + 1), method="POST"), 1.0)
            assert (await client.get(method="POST", body=b"x"))[0] == 200

    within(run)


class Talk:
    """An endpoint without a network."""

    def __init__(self, running: Running) -> None:
        self.transport = Recorded({"sockname": (WEB, 443)})
        self.endpoint = QuicEndpoint(running, lambda *_: None, respond)
        self.endpoint.connection_made(self.transport)

    def take(self, data: bytes) -> list[bytes]:
        self.endpoint.datagram_received(data, ("192.0.2.2", 4000))
        return self.transport.sent


def initial(version: int = 1) -> bytes:
    configuration = QuicConfiguration(alpn_protocols=["h3"], server_name="news.example", original_version=version)
    client = QuicConnection(configuration=configuration)
    client.connect(("192.0.2.1", 443), now=0.0)
    return client.datagrams_to_send(now=0.0)[0][0]


def test_an_unknown_version_is_answered_with_those_that_are_known() -> None:
    async def run() -> None:
        talk = Talk(Running())
        packet = bytearray(initial())
        packet[1:5] = b"\x1a\x2a\x3a\x4a"
        sent = talk.take(bytes(packet))
        assert len(sent) == 1
        assert sent[0][1:5] == b"\x00\x00\x00\x00"
        assert talk.take(sent[0]) == sent  # such an answer is never answered
        assert talk.take(bytes(packet[:600])) == sent

    asyncio.run(run())


def test_only_so_many_beginnings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.lab.services.http3._MOST_OPENING", 3)

    async def run() -> None:
        talk = Talk(Running())
        for number in range(10):
            packet = bytearray(initial())
            packet[6] = number
            talk.take(bytes(packet))
        assert len(talk.endpoint._opening) == 3

    asyncio.run(run())


@settings(max_examples=60)
@given(st.integers(0, 1_200), st.binary(max_size=100), st.integers(0, 1_199))
def test_any_datagram_is_survived(cut: int, rest: bytes, at: int) -> None:
    async def run() -> None:
        running_ = Running()
        talk = Talk(running_)
        packet = bytearray(initial())
        packet[at : at + len(rest)] = rest
        talk.take(bytes(packet[:cut]))
        talk.take(bytes(packet))
        talk.endpoint.connection_lost(None)
        await running_.close()

    asyncio.run(run())
