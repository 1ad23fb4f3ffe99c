from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.services.loopback import WEB
from tests.net.serve.test_dns import Recorded
from tests.net.serve.test_http1 import respond
from trigpoint.net.serve.quic import QuicEndpoint
from trigpoint.net.serve.running import Running

if TYPE_CHECKING:
    import pytest


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
    monkeypatch.setattr("trigpoint.net.serve.quic._MOST_OPENING", 3)

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
        packet = bytearray(initial())
        packet[1:5] = b"\x1a\x2a\x3a\x4a"
        assert talk.take(bytes(packet))[-1][1:5] == b"\x00\x00\x00\x00", "it goes on answering"
        talk.endpoint.connection_lost(None)
        await running_.close()

    asyncio.run(run())
