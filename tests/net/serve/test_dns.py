from __future__ import annotations

import asyncio
import struct

import dns.flags
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.services.clients import ask, told
from tests.lab.services.loopback import AUTHORITY, CLIENT, RESOLVER, WEB, Lab, made, running
from trigpoint.net.dns_message import Message, framed, reply_to
from trigpoint.net.dns_records import address_record
from trigpoint.net.serve import dns as dns_server
from trigpoint.net.serve.dns import Asked, DnsDatagrams, answered
from trigpoint.net.serve.running import Running

QUERY = dns.message.make_query("NeWs.example", "A", use_edns=True)
END = ("192.0.2.2", 4000)


async def many(asked: Asked) -> Message:
    answers = [address_record("news.example", 60, f"192.0.2.{number}") for number in range(200)]
    return reply_to(asked.query, answers)


class Recorded(asyncio.DatagramTransport):
    """Keeps what is sent."""

    def __init__(self, extra: dict[str, object]) -> None:
        super().__init__(extra)
        self.sent: list[bytes] = []

    def sendto(self, data: bytes, addr: object = None) -> None:  # noqa: ARG002 - as asyncio has it
        self.sent.append(data)

    def is_closing(self) -> bool:
        return False


def answer(payload: bytes, carrier: str = "udp") -> bytes | None:
    return asyncio.run(answered(many, payload, END, END, carrier))  # type: ignore[arg-type]


def test_what_is_too_large_for_udp_is_truncated_and_whole_over_tcp() -> None:
    small = dns.message.from_wire(answer(QUERY.to_wire()) or b"")
    assert small.flags & dns.flags.TC
    assert not small.answer
    assert small.edns == 0
    whole = dns.message.from_wire(answer(QUERY.to_wire(), "tcp") or b"")
    assert len(told(whole)) == 200


def test_the_case_of_the_question_is_kept_everywhere() -> None:
    reply = dns.message.from_wire(answer(QUERY.to_wire(), "tcp") or b"")
    assert reply.question[0].name.to_text() == "NeWs.example."
    assert {rrset.name.to_text() for rrset in reply.answer} == {"NeWs.example."}


def test_what_is_no_query_is_refused_as_it_should_be() -> None:
    def rcode(payload: bytes) -> str | None:
        reply = answer(payload)
        return dns.rcode.to_text(dns.message.from_wire(reply).rcode()) if reply else None

    plain = QUERY.to_wire()
    status = dns.message.make_query("news.example", "A")
    status.set_opcode(2)
    other_class = dns.message.make_query("news.example", "A", rdclass="CH")
    two = dns.message.make_query("news.example", "A")
    two.question = [*two.question, *dns.message.make_query("b.example", "A").question]
    version = dns.message.make_query("news.example", "A", use_edns=1)
    assert rcode(plain[:20]) == "FORMERR"
    assert rcode(status.to_wire()) == "NOTIMP"
    assert rcode(other_class.to_wire()) == "REFUSED"
    assert rcode(two.to_wire()) == "FORMERR"
    assert rcode(version.to_wire()) == "BADVERS"
    assert rcode(b"short") is None


def test_nobody_answers_answers() -> None:
    reply = dns.message.make_response(QUERY).to_wire()
    assert answer(reply) is None
    assert answer(reply[:14]) is None


@given(st.binary(max_size=600), st.sampled_from(["udp", "tcp"]))
def test_any_octets_get_a_message_or_silence(payload: bytes, carrier: str) -> None:
    reply = answer(payload, carrier)
    assert reply is None or len(reply) >= 12


@given(st.integers(0, len(QUERY.to_wire())), st.binary(max_size=20))
def test_a_broken_query_gets_a_message_or_silence(cut: int, rest: bytes) -> None:
    reply = answer(QUERY.to_wire()[:cut] + rest)
    assert reply is None or reply[:2] == QUERY.to_wire()[:2]


@pytest.mark.parametrize("by", ["udp", "tcp", "tls"])
def test_every_transport_says_the_same(by: str) -> None:
    async def run() -> list[str]:
        resolver = {"transports": ["udp", "tcp", "dot"]}
        hosts = [{"name": "isp-dns", "network": "a1", "addresses": [RESOLVER], "resolver": resolver}]
        async with running(made(hosts=hosts)) as lab:
            return told(await ask(lab, "news.example", by=by))

    assert asyncio.run(run()) == [f"news.example. A {WEB}"]


async def streamed(lab: Lab, said: bytes, answers: int) -> list[dns.message.Message]:
    reader, writer = await asyncio.open_connection(*lab.end(AUTHORITY, 53))
    writer.write(said)
    writer.write_eof()
    found = []
    for _ in range(answers):
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        found.append(dns.message.from_wire(await reader.readexactly(length)))
    assert await reader.read() == b""
    writer.close()
    return found


def test_many_queries_on_one_connection_are_all_answered_and_then_it_ends() -> None:
    async def run() -> None:
        async with running(made()) as lab:
            queries = [dns.message.make_query("news.example", "A") for _ in range(50)]
            found = await streamed(lab, b"".join(framed(query.to_wire()) for query in queries), 50)
            assert {message.id for message in found} == {query.id for query in queries}
            assert await streamed(lab, framed(b"hello") + framed(queries[0].to_wire()), 1)
            assert not await streamed(lab, b"", 0)

    asyncio.run(run())


def test_who_asks_too_much_at_once_waits_or_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_server, "_MOST_AT_ONCE", 2)

    async def run() -> None:
        async with running(made()) as lab:
            queries = b"".join(framed(dns.message.make_query("news.example", "A").to_wire()) for _ in range(20))
            assert len(await streamed(lab, queries, 20)) == 20
        transport = Recorded({"sockname": END})
        port = DnsDatagrams(Running(), many)
        port.connection_made(transport)
        for _ in range(5):
            port.datagram_received(QUERY.to_wire(), (CLIENT, 4000))
        for _ in range(5):
            await asyncio.sleep(0)
        assert len(transport.sent) == 2
        port.connection_lost(None)

    asyncio.run(run())
