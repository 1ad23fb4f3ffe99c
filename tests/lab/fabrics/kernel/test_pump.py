"""Packets arrive at their time, in their order, and a full wire loses them."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING

from tests.lab.fabrics.worlds import CLIENT, WEB, world
from trigpoint.lab.fabrics.kernel.pump import Pump
from trigpoint.lab.fabrics.router import Arrival, Router
from trigpoint.net.packets import address_bytes, parse, udp

if TYPE_CHECKING:
    from collections.abc import Callable


class _Pipes:
    """Wires that are pipes: one packet a read, as they are all of one size."""

    def __init__(self, size: int) -> None:
        self.inner, self.outer = os.pipe2(os.O_NONBLOCK)
        self._size = size
        self.arrived: list[bytes] = []
        self.readers: dict[int, Callable[[], bytes | None]] = {self.inner: self._read}
        self.writers = {"outside": self.arrived.append, "a1/client": partial(os.write, -1)}

    def _read(self) -> bytes | None:
        try:
            return os.read(self.inner, self._size)
        except BlockingIOError:
            return None

    def add(self, place: str, interface: str, netlink: object) -> None:
        raise NotImplementedError

    def close(self) -> None:
        os.close(self.inner)
        os.close(self.outer)


def _packet(number: int) -> bytes:
    return udp((address_bytes(CLIENT), 1000), (address_bytes(WEB), 53), number.to_bytes(2, "big"))


def test_packets_arrive_in_order_after_the_delay_of_their_way() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        router = Router(world(network={"link": {"delay_ms": 1}, "inside_ms": 5, "outside_ms": 5}), start=loop.time())
        wires, flushed = _Pipes(len(_packet(0))), []
        pump = Pump(router, wires, loop, flushed.append)
        begun = loop.time()
        for number in range(200):
            os.write(wires.outer, _packet(number))
        while len(wires.arrived) < 200:  # noqa: ASYNC110 - nobody tells of arrivals
            await asyncio.sleep(0.001)
        assert 0.011 <= loop.time() - begun < 2
        assert [parse(packet).content for packet in wires.arrived] == [n.to_bytes(2, "big") for n in range(200)]
        assert (pump.packets, pump.lost) == (200, 0)
        assert flushed == sorted(flushed)
        pump.close()
        wires.close()

    asyncio.run(run())


class _Table:
    """A router that says what it was told to say."""

    def __init__(self, *arrivals: tuple[float, str]) -> None:
        self._arrivals = arrivals

    def send(self, _packet: bytes, now: float) -> list[Arrival]:
        return [Arrival(now + delay, place, place.encode()) for delay, place in self._arrivals]


def test_what_is_due_at_once_is_not_held_and_sooner_overtakes_later() -> None:
    async def run() -> None:
        wires = _Pipes(10)
        wires.writers = dict.fromkeys(("now", "soon", "later", "never"), wires.arrived.append)
        table = _Table((0.02, "later"), (0.0, "now"), (0.01, "soon"), (60.0, "never"))
        pump = Pump(table, wires, asyncio.get_running_loop())
        os.write(wires.outer, b"x")
        await asyncio.sleep(0.06)
        assert wires.arrived == [b"now", b"soon", b"later"]
        pump.close()
        wires.close()

    asyncio.run(run())


def test_what_no_wire_takes_is_counted() -> None:
    async def run() -> None:
        wires = _Pipes(10)
        pump = Pump(_Table((0.0, "a1/client")), wires, asyncio.get_running_loop())
        os.write(wires.outer, b"x")
        await asyncio.sleep(0.01)
        assert (pump.packets, pump.lost) == (1, 1)
        pump.close()
        wires.close()

    asyncio.run(run())
