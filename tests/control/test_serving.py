"""A control on the loopback."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.control.test_helper import ASKED, measured
from trigpoint.control import serving as serving_module
from trigpoint.control.identity import self_made
from trigpoint.control.protocol import Health
from trigpoint.control.serving import Plan, Serving
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.http import request
from trigpoint.net.dial.http3 import fetch3
from trigpoint.net.dial.quic import quic
from trigpoint.net.dial.trust import Trust
from trigpoint.net.dns_message import NOERROR, RD, REFUSED, Message, Question, build_message, framed, parse_message
from trigpoint.net.dns_records import AAAA, TXT, A, address_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.net.serve.running import Address

HERE = ("127.0.0.1", 0)
EVERYTHING = Plan(http=(HERE,), echo=(HERE,), discard=(HERE,), dns=(HERE,), zone="who.example", rate=0)


def served(plan: Plan, talk: Callable[[list[Address]], Awaitable[None]]) -> None:
    async def main() -> None:
        serving = Serving(plan, measured)
        await serving.open()
        try:
            async with asyncio.timeout(20):
                await talk([place for found in serving.places.values() for place in found])
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
        serving = Serving(Plan(http=(HERE, ("192.0.2.1", 1))), measured)
        with pytest.raises(OSError, match=r"192\.0\.2\.1"):
            await serving.open()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*serving.places["http"][0])

    asyncio.run(main())


def trusting() -> ssl.SSLContext:
    """Take any certificate, as the arms of nettests do."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    found.check_hostname = False
    found.verify_mode = ssl.CERT_NONE
    return found


async def asked_in_tls(address: Address, name: str) -> tuple[bytes, bytes]:
    """Ask for health; give the certificate, and the answer."""
    reader, writer = await asyncio.open_connection(*address, ssl=trusting(), server_hostname=name)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.write(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    reply = await reader.read()
    writer.close()
    return shown, reply.partition(b"\r\n\r\n")[2]


def test_tls_is_spoken_under_any_name_and_shows_what_is_given_or_something_self_made() -> None:
    identity = self_made()

    async def talk(addresses: list[Address]) -> None:
        for name in ("helper.example", "blocked.example"):
            shown, body = await asked_in_tls(addresses[0], name)
            assert (shown == identity.chain[0].public_bytes(Encoding.DER)) == is_given
            assert json.loads(body)["services"]["https"] == [f"127.0.0.1:{addresses[0][1]}"]

    for is_given in (True, False):
        served(Plan(https=(HERE,), identity=identity if is_given else None), talk)


def test_a_handshake_that_is_not_made_ends_and_one_that_is_made_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "_HANDSHAKE_SECONDS", 0.5)

    async def talk(addresses: list[Address]) -> None:
        made, writer = await asyncio.open_connection(*addresses[0], ssl=trusting(), server_hostname="a.example")
        silent, other = await asyncio.open_connection(*addresses[0])
        with pytest.raises(ConnectionResetError):
            await silent.read()
        writer.write(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await made.readline()).startswith(b"HTTP/1.1 200")
        for each in (writer, other):
            each.close()

    served(Plan(https=(HERE,)), talk)


def shaken(address: Address, name: str) -> Awaitable[list[str | None]]:
    """Shake hands over QUIC twice, and give the failures."""

    async def main() -> list[str | None]:
        diary = Diary()
        for _ in range(2):
            stream = await quic(diary.trace(), *address, name, trust=Trust(b"", "", 0.0), verify=False)
            if stream:
                trip = await fetch3(stream.trace, stream, request(f"https://{name}/bytes/3"))
                assert trip.response is not None
                assert len(trip.response.body) == 3
                stream.close()
        return [act.failure for act in diary.handshakes]

    return main()


def test_quic_is_spoken_under_any_name() -> None:
    async def talk(addresses: list[Address]) -> None:
        assert await shaken(addresses[0], "blocked.example") == [None, None]

    served(Plan(quic=(HERE,), rate=0), talk)


def test_who_asks_too_much_over_quic_is_told_so_since_silence_would_look_like_a_filters() -> None:
    async def talk(addresses: list[Address]) -> None:
        failures = await shaken(addresses[0], "news.example")
        assert failures[0] is None
        assert failures[1] not in {None, "generic_timeout_error"}

    served(Plan(quic=(HERE,), rate=0.01), talk)


def test_where_nobody_answers_dns_nobody_does() -> None:
    async def talk(addresses: list[Address]) -> None:
        transport, came = await datagrams(addresses[0])
        transport.sendto(build_message(Message(7, RD, (Question("who.example", A),))))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(came.get(), 0.2)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*addresses[0])
        transport.close()

    served(Plan(silent=(HERE,)), talk)


def test_all_that_is_served_is_told_on_health() -> None:
    async def talk(addresses: list[Address]) -> None:
        reply = await said(addresses[0], b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        health = msgspec.json.decode(reply.partition(b"\r\n\r\n")[2], type=Health)
        kinds = ("http", "https", "quic", "echo", "discard", "silent")
        told = {kind: getattr(health.services, kind) for kind in kinds}
        assert list(told.values()) == [(f"127.0.0.1:{port}",) for _, port in addresses[:6]]
        assert health.services.whoami == "who.example"

    served(
        msgspec.structs.replace(EVERYTHING, https=(HERE,), quic=(HERE,), silent=(HERE,)),
        talk,
    )
