"""DNS over TCP and TLS: connection, handshake and answer are acts of their own; the lookup has the first failure."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from typing import TYPE_CHECKING

import pytest

from tests.net.dial.scripted import PORT, THERE, in_lab, reply
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.dns import ask, identity, resolve
from trigpoint.net.dial.dns_query import UNREADABLE, WRONG_REPLY
from trigpoint.net.dial.resolver import Resolver
from trigpoint.net.dial.trust import trust
from trigpoint.net.dns_message import StreamReader, framed

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.lab import Lab

TRUE = "news.example 60 A 192.0.2.1"
_AT_ONCE = struct.pack("ii", 1, 0)  # of SO_LINGER: closing is resetting
OUTSIDE = Resolver("tcp", THERE, PORT)


class Server(asyncio.Protocol):
    """Answers a query over TCP by pieces; what is None is a reset, and what is empty a FIN."""

    def __init__(self, pieces: Callable[[bytes], list[bytes | None]]) -> None:
        self._pieces = pieces
        self._reader = StreamReader()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for query in self._reader.feed(data):
            for number, piece in enumerate(self._pieces(query)):
                asyncio.get_running_loop().call_later(0.01 * number, self._play, piece)

    def _play(self, piece: bytes | None) -> None:
        if piece is None:
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._transport.abort()
        elif piece:
            self._transport.write(piece)
        else:
            self._transport.close()


def asked(pieces: Callable[[bytes], list[bytes | None]]) -> Diary:
    async def main(lab: Lab) -> Diary:
        await lab.stack("outside").listen(lambda: Server(pieces), (THERE, PORT))
        diary = Diary()
        found = await ask(diary.trace("depth=0"), OUTSIDE, "news.example")
        assert diary.lookups == [found]
        return diary

    return in_lab(main)


def wrong(query: bytes) -> bytes:
    return framed(bytes([query[0] ^ 1]) + reply(query, TRUE)[1:])


@pytest.mark.parametrize(
    ("pieces", "failure"),
    [
        (lambda query: [framed(reply(query, TRUE))], None),
        (lambda query: [bytes([byte]) for byte in framed(reply(query, TRUE))], None),
        (lambda query: [framed(reply(query, rcode="REFUSED"))], "dns_refused_error"),
        (lambda _: [b""], "eof_error"),
        (lambda query: [framed(reply(query, TRUE))[:-1], b""], "eof_error"),
        (lambda _: [None], "connection_reset"),
        (lambda query: [framed(reply(query, TRUE))[:9], None], "connection_reset"),
        (lambda _: [], "generic_timeout_error"),
        (lambda query: [framed(reply(query, TRUE))[:9]], "generic_timeout_error"),
        (lambda _: [b"\x00\x00"], UNREADABLE),
        (lambda _: [b"\x00\x03abc"], UNREADABLE),
        (lambda query: [wrong(query)], WRONG_REPLY),
        (lambda _: [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""], "eof_error"),  # 18,516 octets were announced
    ],
)
def test_the_first_message_decides(pieces: Callable[[bytes], list[bytes | None]], failure: str | None) -> None:
    diary = asked(pieces)
    (lookup,) = diary.lookups
    assert lookup.failure == failure
    assert (lookup.engine, lookup.resolver_address, lookup.tags) == ("tcp", f"{THERE}:{PORT}", ("depth=0",))
    assert lookup.transaction_id == diary.connects[0].transaction_id
    assert {event.operation for event in diary.network_events} >= {"connect", "write", "read"}


def test_a_refused_connection_is_the_failure_of_the_lookup() -> None:
    async def main(_: Lab) -> Diary:
        diary = Diary()
        await ask(diary.trace(), OUTSIDE, "news.example")
        return diary

    diary = in_lab(main)
    assert (diary.connects[0].failure, diary.lookups[0].failure) == ("connection_refused", "connection_refused")


@pytest.mark.parametrize("engine", ["udp", "tcp", "dot", "doh"])
def test_waiting_until_one_may_ask_is_no_part_of_the_question(engine: str) -> None:
    async def patient(_host: str) -> None:
        await asyncio.sleep(3)

    async def main(lab: Lab) -> Diary:
        diary = Diary(patient)
        resolver = Resolver(engine, THERE, PORT, "dns.example", "/dns-query")
        await ask(diary.trace(), resolver, "news.example", trust=trust(lab.bundle(), now=time.time()))
        return diary

    (lookup,) = in_lab(main).lookups
    assert lookup.t0 == 3
    assert lookup.failure == "connection_refused"


def test_a_cancelled_question_is_written_down() -> None:
    async def main(_: Lab) -> list[str | None]:
        diary = Diary()
        for text in ("udp://203.0.113.99", "tcp://203.0.113.99", "https://dns.example@203.0.113.99", "system"):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ask(diary.trace(), Resolver.parse(text), "news.example"), 0.001)
        return [lookup.failure for lookup in diary.lookups]

    assert in_lab(main) == ["interrupted"] * 4


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("tcp://198.51.100.8", None),
        ("tcp://[2001:db8:8::8]", None),
        ("dot://dns-one.example@198.51.100.8", None),
        ("dot://dns-one.example@2001:db8:8::8", None),
        ("dot://198.51.100.8", None),  # its certificate is for its address, too
        ("dot://other.example@198.51.100.8", "ssl_invalid_hostname"),
        ("dot://dns-one.example@203.0.113.10", "connection_refused"),
        ("dot://dns-one.example@203.0.113.99", "generic_timeout_error"),
    ],
)
def test_resolvers_of_the_lab_are_asked(text: str, failure: str | None) -> None:
    async def main(lab: Lab) -> tuple[Diary, str | None]:
        diary = Diary()
        believed = trust(lab.bundle(), now=time.time())
        resolver = Resolver.parse(text)
        await ask(diary.trace(), resolver, "news.example", trust=believed)
        await resolve(diary, resolver, "news.example", trust=believed)
        return diary, await identity(diary.trace(), resolver, "whoami.example", trust=believed)

    diary, seen_by_authority = in_lab(main)
    assert {lookup.failure for lookup in diary.lookups} == {failure}
    if failure is None:
        assert diary.lookups[0].addresses == ("203.0.113.10",)
        assert seen_by_authority == "198.51.100.8"
    if text.startswith("dot"):
        assert [shake.negotiated_protocol for shake in diary.handshakes[:1]] in (["dot"], [])


def test_whom_nobody_knows_is_not_trusted() -> None:
    async def main(_: Lab) -> str | None:
        found = await ask(Diary().trace(), Resolver.parse("dot://dns-one.example@198.51.100.8"), "news.example")
        return found.failure

    assert in_lab(main) == "ssl_unknown_authority"
