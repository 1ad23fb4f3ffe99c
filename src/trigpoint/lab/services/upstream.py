"""A resolver's questions to the authoritative servers: over UDP with retries, over TCP where a reply is truncated.

Whatever comes first and fits is believed, as DNS without signatures has it: who forges an answer on the way is believed
too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.lab.engine.draws import Draws
from trigpoint.net.dns_message import QR, TC, Message, Question, StreamReader, build_message, framed, parse_message
from trigpoint.net.dns_records import opt_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.lab.stack import Stack

_WAITS = (0.8, 1.6, 3.2)  # seconds for each try
_TCP_SECONDS = 4.0


class Upstream:
    """Asks authoritative servers.

    Args:
        stack: of the resolver.
        local: addresses of the resolver.
        servers: addresses of the servers; those of families that the resolver has are asked in turn.

    """

    def __init__(self, stack: Stack, local: Sequence[str], servers: Sequence[str]) -> None:
        own = {":" in address: address for address in reversed(local)}
        self._stack = stack
        self._pairs = [(server, own[":" in server]) for server in servers if (":" in server) in own]
        self._count = 0

    async def ask(self, name: str, qtype: int) -> Message | None:
        """Ask for a name; None if nobody answers."""
        for attempt, seconds in enumerate(_WAITS if self._pairs else ()):
            server, local = self._pairs[attempt % len(self._pairs)]
            query = self._query(name, qtype)
            try:
                async with asyncio.timeout(seconds):
                    reply = await self._over_udp(query, server, local)
                if reply.flags & TC:
                    async with asyncio.timeout(_TCP_SECONDS):
                        reply = await self._over_tcp(query, server, local)
            except OSError:  # a timeout is one, too
                continue
            return reply
        return None

    def _query(self, name: str, qtype: int) -> Message:
        self._count += 1
        identity = Draws("upstream", name, qtype, self._count).between(0, 0xFFFF)
        return Message(identity, 0, (Question(name, qtype),), additional=(opt_record(),))

    async def _over_udp(self, query: Message, server: str, local: str) -> Message:
        transport, once = await self._stack.datagrams(lambda: _Datagrams(query), (server, 53), local=local)
        try:
            transport.sendto(build_message(query))
            return await once.reply
        finally:
            transport.close()

    async def _over_tcp(self, query: Message, server: str, local: str) -> Message:
        transport, once = await self._stack.connect(lambda: _Stream(query), (server, 53), local=local)
        try:
            transport.write(framed(build_message(query)))
            return await once.reply
        finally:
            transport.close()


class _Waiting:
    """Waits for the reply to one query."""

    def __init__(self, query: Message) -> None:
        self._query = query
        self.reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def take(self, payload: bytes) -> None:
        """Take the first message that answers the query."""
        message = parse_message(payload)
        if message is not None and not self.reply.done() and self._fits(message):
            self.reply.set_result(message)

    def fail(self, error: Exception) -> None:
        """End in vain."""
        if not self.reply.done():
            self.reply.set_exception(error)
            self.reply.exception()  # who was cancelled meanwhile does not ask

    def _fits(self, message: Message) -> bool:
        asked = self._query.questions[0]
        return (
            bool(message.flags & QR)
            and message.id == self._query.id
            and any(
                (question.name.lower(), question.qtype) == (asked.name.lower(), asked.qtype)
                for question in message.questions
            )
        )


class _Datagrams(_Waiting, asyncio.DatagramProtocol):
    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the socket is connected
        self.take(data)

    def error_received(self, exc: Exception) -> None:
        self.fail(exc)


class _Stream(_Waiting, asyncio.Protocol):
    def __init__(self, query: Message) -> None:
        super().__init__(query)
        self._reader = StreamReader()

    def data_received(self, data: bytes) -> None:
        for payload in self._reader.feed(data):
            self.take(payload)

    def connection_lost(self, exc: Exception | None) -> None:
        self.fail(exc or ConnectionResetError())
