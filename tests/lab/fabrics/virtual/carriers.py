"""A trivial way between two places, for tests of what stands on it; and a loop over it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from trigpoint.lab.fabrics.virtual.loop import VirtualLoop
from trigpoint.lab.fabrics.virtual.stack import VirtualStack
from trigpoint.net.packets import address_bytes, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from trigpoint.net.packets import Packet
    from trigpoint.net.serve.running import Address

CLIENT, CLIENT6 = "192.0.2.2", "2001:db8:a1::2"
SERVER, SERVER6 = "203.0.113.10", "2001:db8:80::10"
SECOND = "203.0.113.11"
RESOLVER = "192.0.2.53"
NOBODY = "203.0.113.99"
DELAY = 0.01

Result = TypeVar("Result")


class Sent(NamedTuple):
    """What somebody sent, and when."""

    at: float
    packet: Packet


class Straight:
    """Each packet arrives after 10 ms, unless ``change`` gives others instead, with their additional delays."""

    def __init__(self, change: Callable[[Packet], Sequence[tuple[float, bytes]]] | None = None) -> None:
        self.change = change or (lambda packet: [(0.0, packet.data)])
        self.sent: list[Sent] = []
        self.places: Mapping[str, tuple[str, ...]] = {
            "client": (CLIENT, CLIENT6),
            "server": (SERVER, SERVER6, SECOND),
            "resolver": (RESOLVER,),
        }
        self._place_of = {address_bytes(a): place for place, all_ in self.places.items() for a in all_}

    def send(self, packet: bytes, now: float) -> list[tuple[float, str, bytes]]:
        parsed = parse(packet)
        assert parsed is not None
        self.sent.append(Sent(now, parsed))
        arrivals = []
        for delay, data in self.change(parsed):
            target = data[16:20] if data[0] >> 4 == 4 else data[24:40]
            if target in self._place_of:
                arrivals.append((now + DELAY + delay, self._place_of[target], data))
        return arrivals

    def original(self, _peer: Address, _local: Address, transport: str) -> Address | None:
        return ("198.51.100.1", 443) if transport == "tcp" else None


class Lab:
    """A loop over two places, and their stacks."""

    def __init__(self, carrier: Straight, seed: int) -> None:
        self.carrier = carrier
        self.loop = VirtualLoop(carrier, "client", {"client": RESOLVER}, seed)
        self.server = VirtualStack(self.loop, "server")
        self.client = VirtualStack(self.loop, "client")
        self.resolver = VirtualStack(self.loop, "resolver")


def run(main: Callable[[Lab], Coroutine[None, None, Result]], carrier: Straight | None = None, seed: int = 0) -> Result:
    """Run a program at the client."""
    lab = Lab(carrier or Straight(), seed)
    with asyncio.Runner(loop_factory=lambda: lab.loop) as runner:
        return runner.run(main(lab))
