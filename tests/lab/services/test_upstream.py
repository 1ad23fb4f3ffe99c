from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import dns.message
import dns.rrset

from tests.lab.services.loopback import AUTHORITY, RESOLVER, Lab, LoopbackStack, made, running
from trigpoint.lab.services import upstream as module
from trigpoint.lab.services.upstream import Upstream
from trigpoint.net.dns_records import A, address_of

if TYPE_CHECKING:
    import pytest

    from trigpoint.net.dns_message import Message


class Forger(asyncio.DatagramProtocol):
    """Answers each query with what it is told to say."""

    def __init__(self, *said: str, drops: int = 0) -> None:
        self._said = said
        self._drops = drops
        self.asked = 0

    def connection_made(self, transport: object) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.asked += 1
        if self.asked > self._drops:
            for said in self._said:
                self._transport.sendto(forged(dns.message.from_wire(data), said), addr)  # type: ignore[attr-defined]


def forged(query: dns.message.Message, said: str) -> bytes:
    reply = dns.message.make_response(query)
    if said == "noise":
        return b"noise"
    if said == "other id":
        reply.id ^= 1
    elif said == "other name":
        reply.question[0].name = dns.name.from_text("other.example")
    else:
        reply.answer.append(dns.rrset.from_text("news.example.", 60, "IN", "A", said))
    return reply.to_wire()


async def asked(forger: Forger, addresses: tuple[str, ...] = (RESOLVER,)) -> tuple[Message | None, Lab]:
    lab = Lab(made())
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: forger, (lab.real[AUTHORITY], 0))
    lab.serves((AUTHORITY, 53), "udp", transport.get_extra_info("sockname")[1])
    try:
        reply = await Upstream(LoopbackStack(lab, addresses), addresses, [AUTHORITY]).ask("news.example", A)
        return reply, lab
    finally:
        transport.close()


def address(reply: Message | None) -> str | None:
    assert reply is not None
    return address_of(reply.answers[0])


def test_what_comes_first_is_believed_so_that_a_forged_answer_poisons() -> None:
    assert address(asyncio.run(asked(Forger("192.0.2.66", "203.0.113.10")))[0]) == "192.0.2.66"


def test_what_does_not_fit_the_query_is_passed_over() -> None:
    assert address(asyncio.run(asked(Forger("noise", "other id", "other name", "203.0.113.10")))[0]) == "203.0.113.10"


def test_a_lost_query_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAITS", (0.05, 0.05, 1.0))
    forger = Forger("203.0.113.10", drops=2)
    assert address(asyncio.run(asked(forger))[0]) == "203.0.113.10"
    assert forger.asked == 3


def test_nobody_answers_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAITS", (0.01, 0.01))
    assert asyncio.run(asked(Forger()))[0] is None


def test_a_server_of_a_family_that_the_resolver_lacks_is_not_asked() -> None:
    async def run() -> Message | None:
        lab = Lab(made())
        return await Upstream(LoopbackStack(lab, (RESOLVER,)), (RESOLVER,), ["2001:db8::1"]).ask("news.example", A)

    assert asyncio.run(run()) is None


def test_a_closed_port_is_a_failure_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> Message | None:
        lab = Lab(made())
        lab.serves((AUTHORITY, 53), "udp", 9)  # nobody discards on this port of the loopback interface
        return await Upstream(LoopbackStack(lab, (RESOLVER,)), (RESOLVER,), [AUTHORITY]).ask("news.example", A)

    monkeypatch.setattr(module, "_WAITS", (2.0,))
    assert asyncio.run(run()) is None


def test_a_truncated_reply_is_asked_for_over_tcp() -> None:
    async def run() -> Message | None:
        records = [{"name": "many.example", "type": "A", "value": f"192.0.2.{number}"} for number in range(100, 250)]
        async with running(made(record=records)) as lab:
            return await Upstream(LoopbackStack(lab, (RESOLVER,)), (RESOLVER,), [AUTHORITY]).ask("many.example", A)

    reply = asyncio.run(run())
    assert reply is not None
    assert len(reply.answers) == 150


def test_a_server_that_hangs_up_on_tcp_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAITS", (1.0,))

    class Truncating(Forger):
        def datagram_received(self, data: bytes, addr: object) -> None:
            reply = dns.message.make_response(dns.message.from_wire(data))
            reply.flags |= dns.flags.TC
            self._transport.sendto(reply.to_wire(), addr)  # type: ignore[attr-defined]

    async def run() -> Message | None:
        lab = Lab(made())
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Truncating, (lab.real[AUTHORITY], 0))
        lab.serves((AUTHORITY, 53), "udp", transport.get_extra_info("sockname")[1])
        server = await asyncio.start_server(lambda _, writer: writer.close(), lab.real[AUTHORITY], 0)
        lab.serves((AUTHORITY, 53), "tcp", server.sockets[0].getsockname()[1])
        try:
            return await Upstream(LoopbackStack(lab, (RESOLVER,)), (RESOLVER,), [AUTHORITY]).ask("news.example", A)
        finally:
            transport.close()
            server.close()
            await server.wait_closed()

    assert asyncio.run(run()) is None
