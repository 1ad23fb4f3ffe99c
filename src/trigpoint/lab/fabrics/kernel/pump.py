"""Carries packets: from each wire to the router, and what arrives, at its time, to the wires."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from trigpoint.lab.fabrics.kernel.wire import Wires
    from trigpoint.lab.fabrics.router import Router

_BATCH = 64
"""Packets of one wire before the others, and the servers, have their turn."""


class Pump:
    """Joins wires to a router in an event loop.

    Args:
        router: what lies between the places.
        wires: to all places.
        loop: whose time is the lab's.
        flushed: told the time up to which everything has been carried.

    """

    def __init__(
        self,
        router: Router,
        wires: Wires,
        loop: asyncio.AbstractEventLoop,
        flushed: Callable[[float], None] | None = None,
    ) -> None:
        self._send = router.send
        self._wires = wires
        self._loop = loop
        self._flushed = flushed
        self._under_way: list[tuple[float, int, str, bytes]] = []
        self._number = count()
        self._timer: asyncio.TimerHandle | None = None
        self.packets = 0
        """How many packets were read."""
        self.lost = 0
        """How many arrivals no wire took: its queue was full, or it was no packet."""
        for descriptor, read in wires.readers.items():
            loop.add_reader(descriptor, self._carry, read)

    def close(self) -> None:
        """Stop; what is under way gets lost."""
        for descriptor in self._wires.readers:
            self._loop.remove_reader(descriptor)
        if self._timer:
            self._timer.cancel()
        self._under_way.clear()

    def _carry(self, read: Callable[[], bytes | None]) -> None:
        now = self._loop.time()
        self._deliver(now)
        send, under_way, number = self._send, self._under_way, self._number
        for _ in range(_BATCH):
            packet = read()
            if packet is None:
                break
            self.packets += 1
            for at, place, arriving in send(packet, now):
                if at <= now:
                    self._put(place, arriving)
                else:
                    heappush(under_way, (at, next(number), place, arriving))  # of equal times, the first first
        self._set_timer()

    def _deliver(self, now: float) -> None:
        under_way = self._under_way
        while under_way and under_way[0][0] <= now:
            _, _, place, packet = heappop(under_way)
            self._put(place, packet)
        if self._flushed:
            self._flushed(now)

    def _put(self, place: str, packet: bytes) -> None:
        try:
            self._wires.writers[place](packet)
        except OSError:
            self.lost += 1

    def _set_timer(self) -> None:
        if not self._under_way:
            return
        at = self._under_way[0][0]
        if self._timer is None or at < self._timer.when():
            if self._timer:
                self._timer.cancel()
            self._timer = self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._deliver(self._loop.time())
        self._set_timer()
