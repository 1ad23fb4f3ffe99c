"""Names to addresses, as the C library does it: questions to one resolver, over UDP, and over TCP if it says so."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from trigpoint.lab.engine.draws import Draws
from trigpoint.net.dns_message import (
    NOERROR,
    NXDOMAIN,
    QR,
    RD,
    TC,
    Message,
    Question,
    StreamReader,
    build_message,
    framed,
    parse_message,
)
from trigpoint.net.dns_names import wire_name
from trigpoint.net.dns_records import AAAA, A
from trigpoint.net.names import a_label
from trigpoint.net.packets import address_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIMEOUT_SECONDS = 5.0
"""How long an answer is waited for (resolv.conf(5): timeout)."""
ATTEMPTS = 2
"""How often the resolver is asked (resolv.conf(5): attempts)."""
PORT = 53
_TYPES = {socket.AF_INET: (A, 4), socket.AF_INET6: (AAAA, 16)}


class _Answers(asyncio.DatagramProtocol, asyncio.Protocol):
    """Waits for the answer to one question; what does not fit it is somebody else's."""

    def __init__(self, question: Message) -> None:
        self._question = question
        self._stream = StreamReader()
        self.answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        pass

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionResetError())

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:  # noqa: ARG002 - it is connected
        message = parse_message(data)
        if message and _fits(message, self._question) and not self.answer.done():
            self.answer.set_result(message)

    def data_received(self, data: bytes) -> None:
        for message in self._stream.feed(data):
            self.datagram_received(message, ("", 0))

    def error_received(self, exc: Exception) -> None:
        self._fail(exc)

    def _fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # it may be that nobody waits any more


def _fits(answer: Message, question: Message) -> bool:
    asked = [(each.name.lower(), each.qtype) for each in question.questions]
    answered = [(each.name.lower(), each.qtype) for each in answer.questions]
    return bool(answer.flags & QR) and answer.id == question.id and answered == asked


class Lookup:
    """The resolver of a loop.

    Args:
        loop: on which.
        resolvers: the resolver's address, by place.
        seed: of the identities of questions.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, resolvers: Mapping[str, str], seed: int) -> None:
        self._loop = loop
        self._resolvers = resolvers
        self._seed = seed
        self._asked = 0

    async def addresses(
        self, name: str, families: Sequence[socket.AddressFamily], place: str
    ) -> list[tuple[socket.AddressFamily, str]]:
        """Find the addresses of a name.

        Args:
            name: as a person writes it.
            families: which are wanted, in this order.
            place: who asks.

        Raises:
            socket.gaierror: ``EAI_NONAME`` where there is none, ``EAI_AGAIN`` where nobody could say.

        """
        ascii_name = _ascii(name)
        resolver = self._resolvers.get(place)
        if resolver is None:
            raise _again()
        answers = await asyncio.gather(*(self._ask(ascii_name, family, resolver) for family in families))
        found = [
            (family, address_text(record.data))
            for family, answer in zip(families, answers, strict=True)
            if answer
            for record in answer.answers
            if (record.rtype, len(record.data)) == _TYPES[family]
        ]
        if found:
            return found
        if all(answer and answer.rcode in {NOERROR, NXDOMAIN} for answer in answers):
            raise unknown()
        raise _again()

    async def _ask(self, name: str, family: socket.AddressFamily, resolver: str) -> Message | None:
        self._asked += 1
        identity = Draws(self._seed, "question", self._asked).between(0, 0xFFFF)
        question = Message(identity, RD, (Question(name, _TYPES[family][0]),))
        for _ in range(ATTEMPTS):
            try:
                answer = await self._exchange(question, resolver)
            except OSError:  # silence too: TimeoutError is one
                continue
            if answer.rcode in {NOERROR, NXDOMAIN}:
                return answer
        return None

    async def _exchange(self, question: Message, resolver: str) -> Message:
        answer = await self._over_udp(question, resolver)
        return await self._over_tcp(question, resolver) if answer.flags & TC else answer

    async def _over_udp(self, question: Message, resolver: str) -> Message:
        transport, answers = await self._loop.create_datagram_endpoint(
            lambda: _Answers(question), remote_addr=(resolver, PORT)
        )
        try:
            transport.sendto(build_message(question))
            return await asyncio.wait_for(answers.answer, TIMEOUT_SECONDS)
        finally:
            transport.close()

    async def _over_tcp(self, question: Message, resolver: str) -> Message:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            transport, answers = await self._loop.create_connection(lambda: _Answers(question), resolver, PORT)
            try:
                transport.write(framed(build_message(question)))
                return await answers.answer
            finally:
                transport.close()


def _ascii(name: str) -> str:
    """Give a name as it is asked for.

    Raises:
        socket.gaierror: it can be nobody's.

    """
    try:
        found = a_label(name) if not name.isascii() else name.rstrip(".")
        wire_name(found)
    except ValueError as error:
        raise unknown() from error
    return found


def unknown() -> socket.gaierror:
    """Make the error of a name that does not exist."""
    return socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _again() -> socket.gaierror:
    return socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
