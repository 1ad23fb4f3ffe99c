"""DNS over UDP, TCP and TLS on a server's side (RFC 1035, section 4.2; RFC 7766; RFC 7858)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.net.dns_message import (
    FORMERR,
    NOTIMP,
    QR,
    REFUSED,
    Message,
    StreamReader,
    build_message,
    build_reply,
    framed,
    parse_message,
    reply_to,
)
from trigpoint.net.dns_records import IN, opt_record
from trigpoint.net.serve.running import Address, Connection, end_of

if TYPE_CHECKING:
    from trigpoint.net.serve.running import Running

LARGEST_UDP = 1_232
"""Octets of the largest reply over UDP (DNS Flag Day 2020)."""

_LARGEST = 65_535
_BADVERS = 16  # RFC 6891, section 6.1.3
_HEADER_BYTES = 12
_OPCODE = 0x7800
_MOST_AT_ONCE = 2_048  # queries of one port, or of one connection, that are being answered


class Asked(msgspec.Struct, frozen=True):
    """One well-formed query with one question."""

    query: Message
    payload: bytes
    """The same, as it came."""
    client: Address
    local: Address
    """Where it was asked."""
    carrier: Literal["tcp", "udp"]

    @property
    def name(self) -> str:
        """The name in question, in small letters."""
        return self.query.questions[0].name.lower()

    @property
    def qtype(self) -> int:
        """The type in question."""
        return self.query.questions[0].qtype


Answer = Callable[[Asked], Awaitable[Message | bytes | None]]
"""Answers a query; None: says nothing."""


async def answered(
    answer: Answer, payload: bytes, client: Address, local: Address, carrier: Literal["tcp", "udp"]
) -> bytes | None:
    """Answer octets with octets, whatever they are; None where nothing is said."""
    query = parse_message(payload)
    if query is None:
        return _unreadable(payload)
    if query.flags & QR:
        return None  # whoever answers answers would do so for ever
    limit = min(query.udp_bytes, LARGEST_UDP) if carrier == "udp" else _LARGEST
    refusal = _refusal(query)
    if refusal is not None:
        return build_message(refusal, limit)
    reply = await answer(Asked(query, payload, client, local, carrier))
    return build_message(_as_asked(reply), limit) if isinstance(reply, Message) else reply


def _unreadable(payload: bytes) -> bytes | None:
    if len(payload) < _HEADER_BYTES or payload[2] & (QR >> 8):
        return None
    return build_reply(payload, rcode=FORMERR, copy_question=False)


def _refusal(query: Message) -> Message | None:
    if query.flags & _OPCODE:
        return reply_to(query, rcode=NOTIMP, flags=0)
    if len(query.questions) != 1:
        return reply_to(query, rcode=FORMERR, flags=0)
    if query.edns is not None and query.edns.ttl >> 16 & 0xFF:
        reply = reply_to(query, flags=0)
        return msgspec.structs.replace(reply, additional=(opt_record(rcode=_BADVERS),))
    return reply_to(query, rcode=REFUSED, flags=0) if query.questions[0].qclass != IN else None


def _as_asked(reply: Message) -> Message:
    """Write the name in question in the case of the question wherever it owns a record, as servers do (0x20)."""
    if not reply.questions:
        return reply
    asked = reply.questions[0].name
    answers = tuple(
        msgspec.structs.replace(record, name=asked) if record.name.lower() == asked.lower() else record
        for record in reply.answers
    )
    return msgspec.structs.replace(reply, answers=answers)


class DnsDatagrams(asyncio.DatagramProtocol):
    """A UDP port.

    Args:
        running: what it belongs to.
        answer: answers queries.

    """

    def __init__(self, running: Running, answer: Answer) -> None:
        self._running = running
        self._answer = answer
        self._open = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]
        self._local = end_of(transport, "sockname")
        self._running.holds(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        """Release it."""
        self._running.releases(self._transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer, unless too many are being answered."""
        if self._open < _MOST_AT_ONCE:
            self._open += 1
            self._running.spawn(self._reply(data, addr))

    async def _reply(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            reply = await answered(self._answer, data, (addr[0], addr[1]), self._local, "udp")
            if reply is not None and not self._transport.is_closing():
                self._transport.sendto(reply, addr)
        finally:
            self._open -= 1


class DnsStream(Connection):
    """A TCP connection, or one inside TLS: replies go as they are ready, in any order (RFC 7766, section 7).

    Args:
        running: what it belongs to.
        answer: answers queries.

    """

    def __init__(self, running: Running, answer: Answer) -> None:
        super().__init__(running)
        self._answer = answer
        self._reader = StreamReader()
        self._open = 0
        self._is_ended = False

    def data_received(self, data: bytes) -> None:
        """Answer every message that is whole; who asks too much at once waits."""
        for payload in self._reader.feed(data):
            self._open += 1
            self.running.spawn(self._reply(payload))
        if self._open > _MOST_AT_ONCE:
            self.transport.pause_reading()

    def eof_received(self) -> bool:
        """Stay until the last answer is given."""
        self._is_ended = True
        return self._open > 0

    async def _reply(self, payload: bytes) -> None:
        try:
            reply = await answered(self._answer, payload, self.peer, self.local, "tcp")
            await self.drained()
            if reply is not None and not self.transport.is_closing():
                self.transport.write(framed(reply))
        finally:
            self._open -= 1
            if self._is_ended and not self._open:
                self.transport.close()
            elif self._open == _MOST_AT_ONCE and not self.transport.is_closing():
                self.transport.resume_reading()
