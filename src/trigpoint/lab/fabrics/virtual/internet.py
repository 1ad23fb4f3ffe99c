"""What lies between the hosts, on the loop's clock: each packet arrives when the router says that it does."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import Context, ContextVar
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from trigpoint.lab.fabrics.virtual.endpoints import is_loopback
from trigpoint.lab.fabrics.virtual.host import Host
from trigpoint.net.packets import IPV4, address_bytes

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from trigpoint.net.serve.running import Address

_PLACE: ContextVar[str] = ContextVar("place")
_TICK = 1e-9  # seconds; what is due within it is due now, as the loop has it


class Carrier(Protocol):
    """Who carries packets: :class:`trigpoint.lab.fabrics.router.Router`."""

    @property
    def places(self) -> Mapping[str, tuple[str, ...]]:
        """Every place, with the addresses that are its own."""

    def send(self, packet: bytes, now: float) -> Sequence[tuple[float, str, bytes]]:
        """Say what arrives because of a packet: when, where, what."""

    def original(self, peer: Address, local: Address, transport: str) -> Address | None:
        """Say where a diverted flow was going."""


class Internet:
    """All hosts, and the packets under way between them. Packets that arrive at one time keep their order.

    Args:
        loop: whose clock.
        carrier: who knows the ways.
        place: where a program is that was not placed elsewhere.
        seed: of what hosts draw.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, carrier: Carrier, place: str, seed: int) -> None:
        self._loop = loop
        self._carrier = carrier
        self._place = place
        self._under_way: list[tuple[float, int, str, bytes]] = []
        self._sent = 0
        self._timer: asyncio.TimerHandle | None = None
        self._context = Context()
        self._hosts = {
            name: Host([address_bytes(address) for address in addresses], self._sender(name), (seed, name))
            for name, addresses in carrier.places.items()
        }

    @property
    def place(self) -> str:
        """Where the running program is."""
        return _PLACE.get(self._place)

    @property
    def host(self) -> Host:
        """The sockets of the place where the running program is."""
        return self._hosts[self.place]

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Be at another place; what is started there stays there.

        Raises:
            KeyError: there is no such place.

        """
        self._hosts[place]
        token = _PLACE.set(place)
        try:
            yield
        finally:
            _PLACE.reset(token)

    def original(self, peer: Address, local: Address, transport: str) -> Address | None:
        """Say where a diverted flow was going."""
        return self._carrier.original(peer, local, transport)

    def reset(self) -> None:
        """Reset all connections and free all ports; what is under way gets lost."""
        for host in self._hosts.values():
            host.reset()
        self._under_way.clear()

    def _sender(self, place: str) -> Callable[[bytes], None]:
        def send(packet: bytes) -> None:
            now = self._loop.time()
            target = packet[16:20] if packet[0] >> 4 == IPV4 else packet[24:40]
            arrivals = [(now, place, packet)] if is_loopback(target) else self._carrier.send(packet, now)
            for at, where, data in arrivals:
                self._sent += 1
                heappush(self._under_way, (at, self._sent, where, data))
            if arrivals:
                self._wait()

        return send

    def _wait(self) -> None:
        at = self._under_way[0][0]
        if self._timer:
            if self._timer.when() <= at:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._deliver, context=self._context)

    def _deliver(self) -> None:
        self._timer = None
        now = self._loop.time() + _TICK
        try:
            while self._under_way and self._under_way[0][0] <= now:
                _, _, place, packet = heappop(self._under_way)
                self._hosts[place].receive(packet)
        finally:
            if self._under_way:
                self._wait()
