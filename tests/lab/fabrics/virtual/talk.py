"""Two ends of a TCP connection and a bad way between them, on a clock of their own."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.virtual.tcp.connection import Connection
from trigpoint.lab.fabrics.virtual.tcp.core import Ends
from trigpoint.lab.fabrics.virtual.tcp.state import State
from trigpoint.net.packets import Packet, Segment, address_bytes, checksums_hold, parse, tcp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

A4, B4 = (address_bytes("192.0.2.1"), 40000), (address_bytes("203.0.113.1"), 443)
A6, B6 = (address_bytes("2001:db8::1"), 40000), (address_bytes("2001:db8::2"), 443)
HALF_WAY = 0.01


def always(_: Packet) -> Iterable[float]:
    """One copy, without additional delay."""
    return (0.0,)


class Talk:
    """A client and a server; ``way`` says how many copies of a packet arrive, and how much later."""

    def __init__(
        self,
        way: Callable[[Packet], Iterable[float]] = always,
        *,
        is_v6: bool = False,
        numbers: tuple[int, int] = (1000, 5000),
    ) -> None:
        here, there = (A6, B6) if is_v6 else (A4, B4)
        self.client = Connection(Ends(here, there, numbers[0]))
        self.server = Connection(Ends(there, here, numbers[1]))
        self.way = way
        self.now = 0.0
        self.sent: list[tuple[float, bool, Packet]] = []
        self.read = {True: bytearray(), False: bytearray()}
        self.reads = True
        self._under_way: list[tuple[float, int, bool, Packet]] = []
        self._count = 0

    def begin(self) -> Talk:
        self.client.open(self.now)
        self.settle()
        return self

    def opened(self) -> Talk:
        self.begin().run(1)
        assert self.client.is_open
        assert self.server.is_open
        return self

    def settle(self) -> None:
        """Send what both have to send."""
        for is_client, end in ((True, self.client), (False, self.server)):
            if self.reads and end.incoming.ready:
                self.read[is_client] += end.read()
            for data in end.take():
                packet = parse(data)
                assert packet
                assert checksums_hold(packet)
                self.sent.append((self.now, is_client, packet))
                for delay in self.way(packet):
                    self._count += 1
                    heappush(self._under_way, (self.now + HALF_WAY + delay, self._count, not is_client, packet))

    def arrive(self, packet: Packet, *, at_client: bool) -> None:
        if at_client:
            self.client.receive(packet, self.now)
        elif self.server.state is State.CLOSED and packet.flags == 2:
            self.server.accept(packet, self.now)
        else:
            self.server.receive(packet, self.now)

    def run(self, seconds: float) -> Talk:
        """Let time pass."""
        end = self.now + seconds
        while True:
            times = [at for at in (self.client.deadline, self.server.deadline) if at is not None]
            times += [self._under_way[0][0]] if self._under_way else []
            if not times or min(times) > end:
                break
            self.now = max(self.now, min(times))
            while self._under_way and self._under_way[0][0] <= self.now:
                _, _, at_client, packet = heappop(self._under_way)
                self.arrive(packet, at_client=at_client)
                self.settle()
            for each in (self.client, self.server):
                each.expire(self.now)
            self.settle()
        self.now = end
        return self

    def forge(
        self, flags: int, sequence: int, acknowledgement: int = 0, payload: bytes = b"", window: int = 500
    ) -> list[Packet]:
        """Show the client a segment in the server's name, and give what it says to that."""
        ends = self.client.ends
        packet = parse(tcp(ends.remote, ends.local, Segment(sequence, acknowledgement, flags, window, payload)))
        assert packet
        before = len(self.sent)
        self.client.receive(packet, self.now)
        self.settle()
        return [each for _, is_client, each in self.sent[before:] if is_client]
