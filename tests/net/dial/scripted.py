"""A resolver that says what a test tells it to, in the lab's virtual time or on loopback."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

THERE, THERE6 = "198.51.100.7", "2001:db8:e::7"
"""Where resolvers of tests stand in the lab: outside, several hops away."""
PORT = 5300

Script = "Callable[[bytes], Iterable[tuple[float, bytes]]]"
"""What follows a query: seconds after it, and octets."""


class Scripted(asyncio.DatagramProtocol):
    """Answers queries over UDP by a script, and remembers them."""

    def __init__(self, script: Callable[[bytes], Iterable[tuple[float, bytes]]]) -> None:
        self._script = script
        self.queries: list[bytes] = []
        self.peers: list[tuple[str, int]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.queries.append(data)
        self.peers.append(addr)
        for seconds, reply in self._script(data):
            asyncio.get_running_loop().call_later(seconds, self._transport.sendto, reply, addr)


def reply(query: bytes, *records: str, rcode: str = "NOERROR", flags: int = 0, **changes: Any) -> bytes:
    """Answer a query by dnspython: records as in a zone file; the class is left out."""
    message = dns.message.make_response(dns.message.from_wire(query), recursion_available=True)
    message.answer = [_rrset(record) for record in records]
    message.set_rcode(dns.rcode.from_text(rcode))
    message.flags |= flags
    for name, value in changes.items():
        setattr(message, name, value)
    return message.to_wire()


def _rrset(record: str) -> dns.rrset.RRset:
    name, ttl, kind, data = record.split(" ", 3)
    return dns.rrset.from_text(f"{name}.", int(ttl), "IN", kind, data)


def in_lab(main: Callable[[Lab], Awaitable[Any]], world: str = "open", network: str = "") -> Any:
    """Run a coroutine function at the client of a world, in virtual time."""
    return Lab(world, fabric="virtual", network=network).play(main)
