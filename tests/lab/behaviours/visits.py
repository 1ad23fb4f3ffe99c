"""A client that makes the visits of the census and says what it saw."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.lab.behaviours.cases import Seen
from tests.lab.client import Client, Pipe, Replies, StepError, failure_of
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
from trigpoint.net.dns_records import AAAA, SOA, A, address_of

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from trigpoint.lab.stack import Stack
    from trigpoint.net.serve.running import Address

DATAGRAMS = 100
_TEXT = b"The quick brown fox jumps over the lazy dog. " * 4
_RCODES = {NXDOMAIN: "dns_nxdomain_error", SERVFAIL: "dns_servfail_error", REFUSED: "dns_refused_error"}
_STEPS = {"dns": "dns", "dns-tcp": "dns", "text": "tcp", "udp": "tcp", "openvpn": "tcp"}
_OPENVPN = b"\x38" + bytes(13)
_SILENT_SECONDS = 3.0  # after which nothing more comes; a loaded machine is late by one or two


class Visitor:
    """A client at one place.

    Args:
        stack: its sockets.
        authorities: certificates that it trusts, PEM.
        seconds: it waits for each step.

    """

    def __init__(self, stack: Stack, authorities: str, seconds: float) -> None:
        self._stack, self._seconds = stack, seconds
        self._client = Client(stack, authorities, "", seconds)
        self._window = 0.0
        self._own = {
            "dns": self._ask,
            "dns-tcp": self._ask_stream,
            "text": self._talk,
            "udp": self._send,
            "openvpn": self._tunnel,
        }

    async def visit(self, url: str, address: str, window: float = 0.25) -> Seen:
        """Make a visit; further DNS replies count within a time after the first, in seconds."""
        parts, started = urlsplit(url), asyncio.get_running_loop().time()
        if parts.scheme not in self._own:
            fetched = await self._client.fetch(url, addresses=(address,))
            values = {key: getattr(fetched, key) for key in ("step", "failure", "status", "location", "body")}
            return Seen(**values, issuer=issuer_of(fetched.certificate), seconds=fetched.seconds)
        remote, self._window = (address, parts.port or 53), window
        seen = await self._step(_STEPS[parts.scheme], self._own[parts.scheme](remote, parts.hostname or ""))
        return msgspec.structs.replace(seen, seconds=asyncio.get_running_loop().time() - started)

    async def _step(self, step: str, work: Awaitable[Seen]) -> Seen:
        try:
            async with asyncio.timeout(self._seconds):
                return await work
        except StepError as error:
            return Seen(error.step, error.failure)
        except (OSError, EOFError) as error:
            return Seen(step, failure_of(error))

    async def _ask(self, remote: Address, name: str) -> Seen:
        return told(await self._client.ask(question(name, remote), remote[0], self._window))

    async def _ask_stream(self, remote: Address, name: str) -> Seen:
        transport, pipe = await self._stack.connect(Pipe, remote)
        try:
            transport.write(framed(question(name, remote)))
            reader = StreamReader()
            while not (messages := reader.feed(await pipe.read())):
                pass
        finally:
            transport.abort()
        reply = parse_message(messages[0])
        assert reply is not None
        return told([reply])

    async def _talk(self, remote: Address, _: str) -> Seen:
        transport, pipe = await self._stack.connect(Pipe, remote)
        body = b""
        try:
            transport.write(_TEXT)
            while len(body) < len(_TEXT):
                body += await pipe.read()
        finally:
            transport.abort()
        return Seen(body=body)

    async def _tunnel(self, remote: Address, _: str) -> Seen:
        """Send each datagram when the one before has come back: what passes first does not depend on who is late."""
        transport, replies = await self._stack.datagrams(Replies, remote)
        try:
            echoed = 0
            while echoed < DATAGRAMS:
                transport.sendto(b"datagram %d" % echoed if echoed else _OPENVPN)
                if not await _echoes(replies, 1):
                    break
                echoed += 1
            return Seen(echoed=echoed)
        finally:
            transport.close()

    async def _send(self, remote: Address, _: str) -> Seen:
        transport, replies = await self._stack.datagrams(Replies, remote)
        try:
            for number in range(DATAGRAMS):
                transport.sendto(b"datagram %d" % number)
                if number % 10 == 9:
                    await asyncio.sleep(0.005)
            return Seen(echoed=await _echoes(replies, DATAGRAMS))
        finally:
            transport.close()


async def _echoes(replies: Replies, most: int) -> int:
    """Count what comes back, until it is enough or nothing more comes."""
    for count in range(most):
        try:
            await asyncio.wait_for(replies.queue.get(), _SILENT_SECONDS)
        except TimeoutError:
            return count
    return most


def question(name: str, remote: Address) -> bytes:
    """Ask for addresses of the family in which the resolver is asked."""
    return build_message(Message(7, RD, (Question(name, AAAA if ":" in remote[0] else A),)))


def told(replies: list[Message]) -> Seen:
    """Say what DNS replies tell."""
    answers = tuple(tuple(address for record in reply.answers if (address := address_of(record))) for reply in replies)
    has_soa = any(record.rtype == SOA for record in replies[0].authority)
    if answers[0]:
        return Seen(answers=answers, has_soa=has_soa)
    return Seen("dns", _RCODES.get(replies[0].rcode, "dns_no_answer"), answers, has_soa)


def issuer_of(certificate: bytes) -> str:
    """Give the common name of who signed a certificate."""
    if not certificate:
        return ""
    issuer = x509.load_der_x509_certificate(certificate).issuer
    return str(next(iter(issuer.get_attributes_for_oid(NameOID.COMMON_NAME))).value)
