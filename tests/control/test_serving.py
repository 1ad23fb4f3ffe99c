"""A control on the loopback."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from tests.control.test_helper import ASKED, measured
from trigpoint.control import serving as serving_module
from trigpoint.control.serving import Plan, Serving
from trigpoint.net.dns_message import NOERROR, RD, REFUSED, Message, Question, build_message, framed, parse_message
from trigpoint.net.dns_records import AAAA, TXT, A, address_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.net.serve.running import Address

HERE = ("127.0.0.1", 0)
EVERYTHING = Plan(listen=(HERE,), echo=(HERE,), discard=(HERE,), dns=(HERE,), zone="who.example", rate=0)


def served(plan: Plan, talk: Callable[[list[Address]], Awaitable[None]]) -> None:
    async def main() -> None:
        serving = Serving(plan, measured)
        await serving.open()
        try:
            async with asyncio.timeout(20):
                await talk(serving.addresses)
        finally:
            await serving.close()

    asyncio.run(main())


async def said(address: Address, octets: bytes) -> bytes:
    """Send octets, and take what comes until the end."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(octets)
    writer.write_eof()
    try:
        return await reader.read()
    finally:
        writer.close()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the socket is connected
        self.came.put_nowait(data)


async def datagrams(address: Address) -> tuple[asyncio.DatagramTransport, asyncio.Queue[bytes]]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(Datagrams, remote_addr=address)
    return transport, protocol.came


def test_a_probe_is_answered() -> None:
    async def talk(addresses: list[Address]) -> None:
        head = b"POST / HTTP/1.1\r\nHost: helper\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(ASKED)
        reply = await said(addresses[0], head + ASKED)
        head, _, body = reply.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        told = parsedate_to_datetime(head.partition(b"\r\ndate: ")[2].partition(b"\r\n")[0].decode())
        assert abs(told.timestamp() - time.time()) < 60  # seconds: probes see by it that their clock is wrong
        assert json.loads(body)["http_request"]["failure"] == "eof_error"

    served(EVERYTHING, talk)


def test_headers_are_echoed_letter_by_letter() -> None:
    async def talk(addresses: list[Address]) -> None:
        reply = await said(addresses[0], b"geT / HTTP/1.1\r\nhOsT: x.com\r\nX-aB: \xe9 1\r\nconNECtion: close\r\n\r\n")
        content = json.loads(reply.partition(b"\r\n\r\n")[2])
        assert content["request_line"] == "geT / HTTP/1.1"
        assert content["headers_dict"] == {"hOsT": ["x.com"], "X-aB": ["é 1"], "conNECtion": ["close"]}

    served(EVERYTHING, talk)


def test_a_request_that_is_too_large_is_refused() -> None:
    async def talk(addresses: list[Address]) -> None:
        reply = await said(
            addresses[0], b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000002\r\n\r\n" + b"x" * 1_000_002
        )
        assert reply.startswith(b"HTTP/1.1 413 ")

    served(EVERYTHING, talk)


def test_lines_are_echoed_and_a_sink_is_silent() -> None:
    async def talk(addresses: list[Address]) -> None:
        _, echo, sink, _ = addresses
        lines = b"X1qZ / HTTP/1.1\n\r" + bytes(range(256)) * 1_000
        assert await said(echo, lines) == lines
        assert await said(sink, lines) == b""

    served(EVERYTHING, talk)


def test_datagrams_are_echoed_but_not_those_of_services() -> None:
    async def talk(addresses: list[Address]) -> None:
        transport, came = await datagrams(addresses[1])
        transport.sendto(b"one")
        assert await came.get() == b"one"
        transport.close()

    served(EVERYTHING, talk)


@pytest.mark.parametrize(("port", "is_echoed"), [(7, False), (1_023, False), (1_024, True)])
def test_a_service_that_answers_would_talk_for_ever_and_gets_no_answer(port: int, *, is_echoed: bool) -> None:
    async def main() -> None:
        serving = Serving(EVERYTHING, measured)
        assert serving.admits(("192.0.2.1", port)) is is_echoed

    asyncio.run(main())


def test_the_zone_tells_who_asks_over_udp_and_tcp() -> None:
    def query(name: str, qtype: int) -> bytes:
        return build_message(Message(7, RD, (Question(name, qtype),)))

    async def talk(addresses: list[Address]) -> None:
        transport, came = await datagrams(addresses[3])

        async def asked(name: str, qtype: int) -> Message:
            transport.sendto(query(name, qtype))
            message = parse_message(await came.get())
            assert message is not None
            return message

        found = await asked("a1b2.Who.Example", A)
        assert [address_of(record) for record in found.answers] == ["127.0.0.1"]
        assert [record.ttl for record in found.answers] == [0]
        assert [texts_of(record) for record in (await asked("who.example", TXT)).answers] == [(b"127.0.0.1",)]
        other = await asked("who.example", AAAA)
        assert (other.answers, other.flags & 0xF, len(other.authority)) == ((), NOERROR, 1)
        assert (await asked("xwho.example", A)).flags & 0xF == REFUSED
        transport.close()
        reply = parse_message((await said(addresses[3], framed(query("who.example", A))))[2:])
        assert reply is not None
        assert [address_of(record) for record in reply.answers] == ["127.0.0.1"]

    served(EVERYTHING, talk)


def test_who_asks_the_zone_too_much_hears_nothing_more() -> None:
    async def talk(addresses: list[Address]) -> None:
        transport, came = await datagrams(addresses[0])
        wire = build_message(Message(7, RD, (Question("who.example", A),)))
        for _ in range(50):
            transport.sendto(wire)
            await asyncio.sleep(0)
        reply = await said(addresses[0], framed(wire))
        assert reply == b""
        assert came.qsize() < 50
        transport.close()

    served(Plan(dns=(HERE,), zone="who.example", rate=0.6), talk)


def test_connections_beyond_number_are_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "MOST_CONNECTIONS", 3)

    async def talk(addresses: list[Address]) -> None:
        first, writer = await asyncio.open_connection(*addresses[0])
        writer.write(b"x")
        assert await first.read(1) == b"x"
        second, other = await asyncio.open_connection(*addresses[0])
        other.write(b"y")
        with pytest.raises(ConnectionResetError):
            await second.read(1)
        for each in (writer, other):
            each.close()

    served(Plan(echo=(HERE, HERE), rate=0), talk)  # two UDP ports and one connection are three


def test_connections_do_not_stay_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "_STAY_SECONDS", 0.01)
    monkeypatch.setattr(serving_module, "_REQUEST_SECONDS", 0.01)

    async def talk(addresses: list[Address]) -> None:
        for address in (addresses[0], addresses[1]):
            reader, writer = await asyncio.open_connection(*address)
            assert await reader.read() == b""
            writer.close()

    served(EVERYTHING, talk)


def test_an_address_that_cannot_be_had_is_an_error_and_nothing_stays_open() -> None:
    async def main() -> None:
        serving = Serving(Plan(listen=(HERE, ("192.0.2.1", 1))), measured)
        with pytest.raises(OSError, match=r"192\.0\.2\.1"):
            await serving.open()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*serving.addresses[0])

    asyncio.run(main())
