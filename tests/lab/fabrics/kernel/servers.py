"""What hosts run in tests of the kernel fabric: an echo, a page, a name server, and a host that logs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.lab.fabrics.worlds import MIDDLE, WEB, WEB6
from trigpoint.lab.engine.event import Event
from trigpoint.net.dns_message import build_reply, parse_query

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from trigpoint.lab.stack import Stack
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.world import World

PAGE = b"a page of the lab"


class _Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


class _Page(_Echo):
    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - as asyncio has it
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(PAGE)
        self._transport.write(head + PAGE)
        self._transport.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._answer(data)
        if answer is not None:
            self._transport.sendto(answer, addr)


def _names(query: bytes) -> bytes | None:
    asked = parse_query(query)
    if asked is None:
        return None
    address = bytes(map(int, WEB.split("."))) if asked.qtype == 1 else None
    return build_reply(query, [(1, 60, address)] if address else [])


class _Running:
    def __init__(self, running: list[asyncio.AbstractServer | asyncio.DatagramTransport]) -> None:
        self._running = running

    def bundle(self, network: str) -> bytes:
        return f"trusted in {network}\n".encode()

    async def close(self) -> None:
        for each in self._running:
            each.close()


async def start(
    world: World,
    stacks: Callable[[Host], Stack],
    folder: Path,
    log: Callable[[str, Event], None],
    seed: int,
    clock: Callable[[], float],
) -> _Running:
    running: list[asyncio.AbstractServer | asyncio.DatagramTransport] = []
    for host in world.hosts:
        stack = stacks(host)
        if host.name == "web":
            for address in (WEB, WEB6):
                running.append(await stack.listen(_Echo, (address, 7)))
                running.append(await stack.listen(_Page, (address, 80)))
                running.append(await stack.bind(lambda: _Datagrams(lambda data: data), (address, 7)))
                # Counts its own requests, so that acts are logged whenever a test wants some.
                running.append(await stack.bind(lambda: _Datagrams(lambda data: _act(log, data)), (address, 9)))
        if host.resolver:
            running += [await stack.bind(lambda: _Datagrams(_names), (address, 53)) for address in host.addresses]
    await _look_around(stacks(next(host for host in world.hosts if host.name == "middle")))
    return _Running(running)


async def _look_around(stack: Stack) -> None:
    """See that a host comes from its own address, also where it is not the first of its place."""
    transport, _ = await stack.connect(_Echo, (WEB, 7))
    assert transport.get_extra_info("sockname")[0] == MIDDLE
    assert stack.original((WEB, 1), (MIDDLE, 2), "tcp") is None
    transport.abort()


def _act(log: Callable[[str, Event], None], data: bytes) -> bytes:
    now = asyncio.get_running_loop().time()
    for number in range(int(data)):
        log(
            "a1",
            Event(
                now,
                "test",
                "test",
                "drop",
                "",
                "",
                str(number),
                "udp",
                "",
                0,
                "",
                0,
                outward=True,
                packet="",
                packet_bytes=0,
            ),
        )
    return b"done"


async def fail(*_arguments: object, **_options: object) -> None:
    message = "no server today"
    raise OSError(message)


async def crash(*_arguments: object, **_options: object) -> None:
    message = "a mistake"
    raise RuntimeError(message)
