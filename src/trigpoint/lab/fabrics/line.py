"""One direction of a line: delay, jitter, loss, reordering, a rate. Pure: time and seed are arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.placement import at_time_of_day
from trigpoint.net.packets import address_bytes

if TYPE_CHECKING:
    from trigpoint.lab.world.place import Link
    from trigpoint.lab.world.world import World

_OVERTAKEN_SECONDS = 0.02  # held for longer than the packets of one burst are apart
_BITS = 8
_MEGA = 1_000_000


class Line:
    """What a line does to the packets of one direction, one after the other.

    Args:
        link: how the line is.
        parts: what its chance depends on: the seed, its name, its direction.

    """

    __slots__ = ("_busy_until", "_count", "_latest", "_link", "_parts")

    def __init__(self, link: Link, *parts: object) -> None:
        self._link = link
        self._parts = parts
        self._count = 0
        self._latest = 0.0
        self._busy_until = 0.0

    def carry(self, at: float, size: int) -> float | None:
        """Say when a packet arrives at the other end; None where it is lost.

        Args:
            at: when it enters, in seconds of lab time.
            size: its bytes.

        """
        link = self._link
        self._count += 1
        draws = Draws(*self._parts, self._count)
        if link.loss and draws.share() < link.loss:
            return None
        if link.rate_mbit:
            start = max(at, self._busy_until)
            if (start - at) * 1000 > link.queue_ms:
                return None
            self._busy_until = at = start + size * _BITS / (self._rate(start) * _MEGA)
        arrival = at + link.delay_ms / 1000
        if link.reorder and draws.share() < link.reorder:
            return arrival + _OVERTAKEN_SECONDS
        if link.jitter_ms:
            arrival += draws.seconds(0.0, link.jitter_ms / 1000)
        self._latest = max(self._latest, arrival)
        return self._latest

    def _rate(self, now: float) -> float:
        link = self._link
        return link.rate_mbit * (at_time_of_day(link.diurnal_rate, now) if link.diurnal_rate else 1.0)


def line(link: Link, *parts: object) -> Line | None:
    """Make a line; None where it would do nothing, so that packets need not pass it."""
    is_plain = not (link.delay_ms or link.jitter_ms or link.loss or link.reorder or link.rate_mbit)
    return None if is_plain else Line(link, *parts)


def lines(world: World, seed: int, way: str) -> dict[bytes, Line]:
    """Make the lines of one direction, by address. The delay of a client's own line is part of its stretch."""
    links = [(network.name, network.client, _without_delay(network.link)) for network in world.networks]
    links += [(host.name, host.addresses, host.link) for host in world.hosts]
    found = {}
    for name, addresses, link in links:
        made = line(link, seed, "line", name, way)
        if made:
            found.update({address_bytes(address): made for address in addresses})
    return found


def _without_delay(link: Link) -> Link:
    return msgspec.structs.replace(link, delay_ms=0.0)
