"""A resolver that knows some addresses, over UDP and TCP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeAlias

from tests.lab.fabrics.virtual.carriers import RESOLVER
from trigpoint.net.dns_message import NOERROR, NXDOMAIN, StreamReader, build_reply, framed, parse_query
from trigpoint.net.packets import address_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.lab.fabrics.virtual.stack import VirtualStack

Zone: TypeAlias = "Mapping[tuple[str, int], Sequence[str]]"


def answer(query: bytes, zone: Zone) -> bytes:
    asked = parse_query(query)
    assert asked is not None
    found = zone.get((asked.qname, asked.qtype))
    answers = [(asked.qtype, 60, address_bytes(address)) for address in found or ()]
    known = any(name == asked.qname for name, _ in zone)
    return build_reply(query, answers, rcode=NOERROR if known else NXDOMAIN)


class Udp(asyncio.DatagramProtocol):
    def __init__(self, zone: Zone) -> None:
        self.zone = zone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(answer(data, self.zone), addr)


class Tcp(asyncio.Protocol):
    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.reader = StreamReader()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for message in self.reader.feed(data):
            self.transport.write(framed(answer(message, self.zone)))


async def serve_names(stack: VirtualStack, zone: Zone) -> None:
    await stack.bind(lambda: Udp(zone), (RESOLVER, 53))
    await stack.listen(lambda: Tcp(zone), (RESOLVER, 53))
