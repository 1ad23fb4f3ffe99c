"""All that lies between the hosts of a world, without I/O: a packet and the time in, what arrives where and when out.

Each access network is a chain of routers with its censors. A packet between two places crosses the stretch of each
network that lies between them; what is not on a stretch is straight. Fabrics read packets from hosts, ask here, and
write what arrives, at its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from trigpoint.lab.engine.outcome import PASSED, Verdict
from trigpoint.lab.fabrics.diversions import Diversions
from trigpoint.lab.fabrics.line import lines
from trigpoint.lab.fabrics.part import Part, part
from trigpoint.lab.fabrics.spots import CONTROL, spots
from trigpoint.lab.world.faults import silences
from trigpoint.lab.world.world import OUTSIDE
from trigpoint.net.packets import (
    TCP,
    UDP,
    IcmpError,
    address_bytes,
    address_text,
    decrement_ttl,
    icmp_error,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.engine.outcome import Injection, Outcome
    from trigpoint.lab.world.place import Network
    from trigpoint.lab.world.world import World
    from trigpoint.net.serve.running import Address

STRAIGHT_SECONDS = 0.005
"""Between two places that no access network lies between."""
MOST_ROUTES = 4_096
"""Pairs of addresses whose way is remembered; whoever scans makes them be found anew."""
_SHORTEST = 20  # bytes of an IPv4 header; nothing shorter has addresses


def since(start: float, log: Callable[[str, Event], None]) -> Callable[[str, Event], None]:
    """Make a log that takes acts with the time of a fabric's clock: what hosts do, who know no other.

    Args:
        start: what that clock shows when the lab's time begins.
        log: takes them with the lab's time.

    """
    return lambda network, event: log(network, msgspec.structs.replace(event, time=event.time - start))


class Arrival(NamedTuple):
    """A packet that comes to a place."""

    at: float
    """When, in seconds of the fabric's clock."""
    place: str
    """Where."""
    packet: bytes


class _Leg(NamedTuple):
    """A stretch, and which way it is crossed."""

    part: Part
    outward: bool


class Router:
    """The ways between all places of one world.

    Args:
        world: which.
        seed: of every draw.
        start: what the clock of the fabric shows when the lab's time begins, at 0.
        log: takes each act, with the name of the network in which it happened.
        capture: takes each packet at a client's edge: the network, the time by the fabric's clock, the packet.

    """

    def __init__(
        self,
        world: World,
        *,
        seed: int = 0,
        start: float = 0.0,
        log: Callable[[str, Event], None] | None = None,
        capture: Callable[[str, float, bytes], None] | None = None,
    ) -> None:
        self._world = world
        self._seed = seed
        self._start = start
        self._log = log or (lambda _network, _event: None)
        self._capture = capture
        self._spots = spots(world)
        self._hosts = {host.name: host for host in world.hosts}
        self._lines_out = lines(world, seed, "out")
        self._lines_in = lines(world, seed, "in")
        self._parts: dict[tuple[str, int | None, int], Part] = {}
        self._logins: dict[str, set[str]] = {network.name: set() for network in world.networks}
        self._routes: dict[bytes, tuple[_Leg, ...]] = {}
        self._diversions = Diversions()
        self._silences = {(place, address_bytes(address)) for place, address in silences(world)}

    @property
    def places(self) -> Mapping[str, tuple[str, ...]]:
        """Every place, with the addresses that are its own."""
        places: dict[str, tuple[str, ...]] = {}
        for address, spot in self._spots.items():
            places[spot.place] = (*places.get(spot.place, ()), address_text(address))
        return places

    def place(self, address: bytes) -> str | None:
        """Say whose an address is, None for nobody's."""
        spot = self._spots.get(address)
        return spot.place if spot else None

    def original(self, peer: Address, local: Address, transport: str) -> Address | None:
        """Say where a diverted flow was going: see :meth:`Stack.original`."""
        client, host = (address_bytes(peer[0]), peer[1]), (address_bytes(local[0]), local[1])
        target = self._diversions.original(host, client, TCP if transport == "tcp" else UDP)
        return (address_text(target), local[1]) if target else None

    def reattach(self, network: str) -> None:
        """Attach the client of a network anew: see :meth:`trigpoint.lab.lab.Lab.reattach`."""
        for (name, _low, _high), stretch in self._parts.items():
            if name == network:
                for client in self._world.network(network).client:
                    stretch.engine.forget(address_bytes(client))

    def send(self, packet: bytes, now: float) -> list[Arrival]:
        """Send a packet on its way.

        Args:
            packet: as its sender sent it. What is no packet, or comes from nobody, gets lost.
            now: seconds of the fabric's clock; never runs backwards.

        Returns:
            What arrives because of it, anywhere: the packet, what was injected, errors to the sender.

        """
        if len(packet) < _SHORTEST:
            return []
        ends = packet[12:20] if packet[0] >> 4 == 4 else packet[8:40]  # noqa: PLR2004 - the version of IP
        half = len(ends) // 2
        source, target = ends[:half], ends[half:]
        now -= self._start
        spot = self._spots.get(source)
        if spot is None:
            return []
        if self._capture and spot.hop is None and spot.network:
            self._capture(spot.network.name, now + self._start, packet)
        out = self._lines_out.get(source)
        start = out.carry(now, len(packet)) if out else now
        if start is None:
            return []
        if self._diversions and (answer := self._answer(packet)):
            return self._arrive(start + answer[1], answer[0])
        if ends not in self._routes:
            if len(self._routes) >= MOST_ROUTES:
                self._routes.clear()
            self._routes[ends] = self._route(source, target)
        return self._travel(self._routes[ends], packet, now, start - now)

    def _answer(self, packet: bytes) -> tuple[bytes, float] | None:
        parsed = parse(packet)
        return self._diversions.restore(parsed) if parsed else None

    def _travel(self, legs: tuple[_Leg, ...], packet: bytes, now: float, spent: float) -> list[Arrival]:
        arrivals: list[Arrival] = []
        spent += 0 if legs else STRAIGHT_SECONDS
        for leg in legs:
            outcome = leg.part.engine.handle(packet, now, outward=leg.outward)
            at = now + spent
            if outcome is not PASSED:
                for injection in outcome.injections:
                    arrivals += self._inject(injection, leg, at)
                if outcome.verdict is Verdict.DIVERT:
                    return arrivals + self._divert(outcome, leg, packet, at)
                if outcome.verdict is Verdict.DROP:
                    return arrivals
                packet = outcome.packet or packet
                spent += outcome.delay
            aged = bytearray(packet)
            if not decrement_ttl(aged, leg.part.hops):
                return arrivals + self._expire(leg, packet, at)
            packet = bytes(aged)
            spent += leg.part.seconds[-1]
        return arrivals + self._arrive(now + spent, packet)

    def _inject(self, injection: Injection, leg: _Leg, at: float) -> list[Arrival]:
        stretch, hop = leg.part, injection.hop
        hops = hop if injection.to_client else stretch.hops - hop
        aged = bytearray(injection.packet)
        if hops > 0 and not decrement_ttl(aged, hops):
            return []
        at += injection.delay + stretch.seconds_to(hop, outward=leg.outward)
        return self._arrive(at + stretch.seconds_to(hop, outward=injection.to_client), bytes(aged))

    def _expire(self, leg: _Leg, packet: bytes, at: float) -> list[Arrival]:
        ttl = max(packet[8] if packet[0] >> 4 == 4 else packet[7], 1)  # noqa: PLR2004 - the version of IP
        hop = ttl if leg.outward else leg.part.hops - ttl + 1
        size = 4 if packet[0] >> 4 == 4 else 16  # noqa: PLR2004 - the version of IP
        router = next(address for text in leg.part.routers[hop] if len(address := address_bytes(text)) == size)
        error = icmp_error(router, packet, IcmpError.TIME_EXCEEDED)
        return self._arrive(at + 2 * leg.part.seconds_to(hop, outward=leg.outward), error) if error else []

    def _divert(self, outcome: Outcome, leg: _Leg, packet: bytes, at: float) -> list[Arrival]:
        parsed, host = parse(packet), self._hosts.get(outcome.to)
        if parsed is None or host is None:
            return []
        size = len(parsed.source)
        address = next((each for text in host.addresses if len(each := address_bytes(text)) == size), None)
        if address is None:
            return []
        hop = host.hop if host.network else leg.part.hops
        seconds = leg.part.seconds_to(hop, outward=leg.outward)
        return self._arrive(at + outcome.delay + seconds, self._diversions.divert(parsed, address, seconds))

    def _arrive(self, at: float, packet: bytes) -> list[Arrival]:
        target = packet[16:20] if packet[0] >> 4 == 4 else packet[24:40]  # noqa: PLR2004 - the version of IP
        spot = self._spots.get(target)
        if spot is None:
            return self._visit(at, packet)
        if self._silences and self._is_silent(packet, target):
            return []
        into = self._lines_in.get(target)
        arrival = into.carry(at, len(packet)) if into else at
        if arrival is None:
            return []
        if self._capture and spot.hop is None and spot.network:
            self._capture(spot.network.name, arrival + self._start, packet)
        return [Arrival(arrival + self._start, spot.place, packet)]

    def _visit(self, at: float, packet: bytes) -> list[Arrival]:
        """Hand a packet for nobody's address to the censors: it may be that of a prober of theirs."""
        arrivals: list[Arrival] = []
        for stretch in tuple(self._parts.values()):
            for injection in stretch.engine.receive(packet, at):
                arrivals += self._inject(injection, _Leg(stretch, outward=False), at)
        return arrivals

    def _is_silent(self, packet: bytes, target: bytes) -> bool:
        """Tell whether a host is down for who sent a packet; censors on the way saw it all the same."""
        start = self._spots.get(packet[12:16] if len(target) == 4 else packet[8:24])  # noqa: PLR2004 - the version of IP
        return (start.network.name if start and start.network else OUTSIDE, target) in self._silences

    def _route(self, source: bytes, target: bytes) -> tuple[_Leg, ...]:
        """Give the stretches between two addresses."""
        start, end = self._spots[source], self._spots.get(target)
        if end and start.network and start.network is end.network:
            low, high = sorted((start.hop or 0, end.hop or 0))
            if low == high and None not in {start.hop, end.hop}:
                return ()
            is_outward = start.hop is None or (end.hop is not None and start.hop < end.hop)
            inner = start.hop if is_outward else end.hop
            return (_Leg(self._part(start.network, inner, high), is_outward),)
        is_between_hosts = start.hop is not None and (end is None or end.hop is not None)
        if is_between_hosts and CONTROL in {start.place, end.place if end else ""}:
            return ()
        legs = []
        if start.network:
            legs.append(_Leg(self._part(start.network, start.hop, start.network.hops), outward=True))
        if end and end.network:
            legs.append(_Leg(self._part(end.network, end.hop, end.network.hops), outward=False))
        return tuple(legs)

    def _part(self, network: Network, low: int | None, high: int) -> Part:
        key = (network.name, low, high)
        if key not in self._parts:

            def log(event: Event) -> None:
                self._log(network.name, event)

            self._parts[key] = part(
                self._world, network, low, high, seed=self._seed, log=log, logins=self._logins[network.name]
            )
        return self._parts[key]
