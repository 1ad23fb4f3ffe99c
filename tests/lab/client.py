"""A client written by hand, on a stack of any fabric: it asks, connects, shakes hands, fetches, and says what failed.

Steps and failures are those of truth rows. It believes the first DNS answer, as clients do, and keeps the others.
"""

from __future__ import annotations

import asyncio
import ssl
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import h11
import msgspec

from tests.lab.channels import Channel, Pipe, Replies, StepError, failure_of
from tests.lab.quic_client import Http3
from trigpoint.net.dns_message import (
    NXDOMAIN,
    RD,
    REFUSED,
    SERVFAIL,
    Message,
    Question,
    StreamReader,
    build_message,
    framed,
    parse_message,
)
from trigpoint.net.dns_records import AAAA, A, address_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from trigpoint.lab.stack import Stack

PORTS = {"https": 443, "http": 80, "h3": 443, "dot": 853}
_TYPES = {4: A, 6: AAAA}
_RCODES = {NXDOMAIN: "dns_nxdomain_error", SERVFAIL: "dns_servfail_error", REFUSED: "dns_refused_error"}
_RANDOM = bytes(number * 7 % 256 for number in range(201))  # looks like nothing at all; 9 more than 12 times 16 bytes
_IDLE_SECONDS = 1.0  # twice what a translator of the census keeps a flow for: a busy machine is late


class Fetched(msgspec.Struct, frozen=True):
    """What came of one fetch."""

    step: str
    """The step that failed; empty where none did."""
    failure: str | None
    answers: tuple[tuple[str, ...], ...] = ()
    """Addresses of each DNS reply, in the order in which they came."""
    certificate: bytes = b""
    """The leaf that was shown, DER."""
    status: int = 0
    location: str = ""
    body: bytes = b""
    seconds: float = 0.0
    """From the first packet to the end."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Those of the first reply."""
        return self.answers[0] if self.answers else ()


class Client:
    """A client at one place.

    Args:
        stack: its sockets.
        authorities: certificates that it trusts, PEM.
        resolver: address of the resolver that it asks.
        seconds: it waits for each step.
        patience: it waits for some steps, where that is another time.

    """

    def __init__(
        self,
        stack: Stack,
        authorities: str,
        resolver: str,
        seconds: float = 10.0,
        patience: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self._stack, self._authorities, self._resolver = stack, authorities, resolver
        self._seconds, self._patience = seconds, patience
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.load_verify_locations(cadata=authorities)
        self._context.set_alpn_protocols(["http/1.1"])

    async def fetch(self, url: str, family: int = 4, addresses: tuple[str, ...] = ()) -> Fetched:
        """Fetch a URL of any scheme that truth has. With addresses, DNS is not asked."""
        parts, started = urlsplit(url), asyncio.get_running_loop().time()
        answers: tuple[tuple[str, ...], ...] = (addresses,) if addresses else ()
        found = Fetched("", None)
        try:
            if not addresses:
                answers = await self._step("dns", self.resolve(parts.hostname or "", family))
            found = await self._at(parts, answers[0][0])
        except StepError as error:
            found = Fetched(error.step, error.failure)
        return msgspec.structs.replace(found, answers=answers, seconds=asyncio.get_running_loop().time() - started)

    async def resolve(
        self, name: str, family: int = 4, resolver: str = "", window: float = 0.5
    ) -> tuple[tuple[str, ...], ...]:
        """Ask for addresses; gives those of each reply that comes within a time after the first."""
        replies = await self.ask(build_message(Message(7, RD, (Question(name, _TYPES[family]),))), resolver, window)
        answers = tuple(
            tuple(address for record in reply.answers if (address := address_of(record))) for reply in replies
        )
        if answers and answers[0]:
            return answers
        step, rcode = "dns", replies[0].rcode if replies else -1
        raise StepError(step, _RCODES.get(rcode, "dns_no_answer"))

    async def ask(self, query: bytes, resolver: str = "", window: float = 0.5) -> list[Message]:
        """Send a query, again while there is no reply; gives all replies that come within a time after the first."""
        transport, protocol = await self._stack.datagrams(Replies, (resolver or self._resolver, 53))
        try:
            first = await self._first_reply(transport, protocol, query)
            found = [first]
            loop = asyncio.get_running_loop()
            end = loop.time() + window
            while (left := end - loop.time()) > 0:
                try:
                    found.append(await asyncio.wait_for(protocol.queue.get(), left))
                except TimeoutError:
                    break
            messages = [parse_message(reply) for reply in found if isinstance(reply, bytes)]
            return [message for message in messages if message is not None]
        finally:
            transport.close()

    async def _first_reply(self, transport: asyncio.DatagramTransport, protocol: Replies, query: bytes) -> bytes:
        seconds = self._patience.get("dns", self._seconds)
        for part in (0.3, 0.3, 0.4):
            transport.sendto(query)
            try:
                reply = await asyncio.wait_for(protocol.queue.get(), part * seconds)
            except TimeoutError:
                continue
            if isinstance(reply, Exception):
                raise reply
            return reply
        raise TimeoutError

    async def _at(self, url: SplitResult, address: str) -> Fetched:
        name, port = url.hostname or "", url.port or PORTS[url.scheme]
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        if url.scheme == "h3":
            exchange = Http3(name, path, self._authorities)
            status, body = await self._step("quic", exchange.run(self._stack, (address, port)))
            return Fetched("", None, status=status, body=body)
        transport, pipe = await self._step("tcp", self._stack.connect(Pipe, (address, port)))
        channel = Channel(transport, pipe)
        try:
            if url.scheme == "tcp":
                return await self._step("tcp", _echo(channel))
            if url.scheme != "http":
                await self._step("tls", channel.handshake(self._context, name))
            if url.scheme == "dot":
                return await self._step("dns", _dot(channel))
            return await self._step("http", _get(channel, name, path))
        finally:
            transport.abort()

    async def _step(self, step: str, work: Awaitable) -> object:
        try:
            async with asyncio.timeout(self._patience.get(step, self._seconds)):
                return await work
        except StepError:
            raise
        except (OSError, EOFError, ssl.SSLError, h11.ProtocolError) as error:
            raise StepError(step, failure_of(error)) from error


async def _echo(channel: Channel) -> Fetched:
    """Send, and send again after a pause: it begins when the first has come back, however late that is."""
    body = b""
    for count in range(1, 3):
        channel.send(_RANDOM)
        while len(body) < count * len(_RANDOM):
            body += await channel.read()
        await asyncio.sleep(_IDLE_SECONDS if count == 1 else 0)
    return Fetched("", None, body=body)


async def _dot(channel: Channel) -> Fetched:
    channel.send(framed(build_message(Message(7, RD, (Question("news.example", A),)))))
    reader = StreamReader()
    while not (messages := reader.feed(await channel.read())):
        pass
    return Fetched("", None, certificate=channel.certificate, body=messages[0])


async def _get(channel: Channel, host: str, path: str) -> Fetched:
    exchange = h11.Connection(h11.CLIENT)
    head = h11.Request(method="GET", target=path, headers=[("Host", host), ("Connection", "close")])
    channel.send((exchange.send(head) or b"") + (exchange.send(h11.EndOfMessage()) or b""))
    status, location, body = 0, "", b""
    while True:
        event = exchange.next_event()
        if event is h11.NEED_DATA:
            try:
                exchange.receive_data(await channel.read())
            except EOFError:
                exchange.receive_data(b"")
        elif isinstance(event, h11.Response):
            status = event.status_code
            location = dict(event.headers).get(b"location", b"").decode("latin-1")
        elif isinstance(event, h11.Data):
            body += event.data
        else:
            return Fetched("", None, certificate=channel.certificate, status=status, location=location, body=body)
