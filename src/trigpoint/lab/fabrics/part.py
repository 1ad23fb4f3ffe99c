"""A stretch of an access network: its routers, how long packets take to each, and the engine of the censors on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.engine import Engine, Path

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.world.place import Network
    from trigpoint.lab.world.world import World


class Part(msgspec.Struct, frozen=True):
    """What lies between somebody inside and somebody farther out."""

    engine: Engine
    seconds: tuple[float, ...]
    """Time from the inner end to each router on the way, in order; the first entry is the inner end itself."""
    routers: tuple[tuple[str, ...], ...]
    """Addresses of each router, one of each family; nothing for the inner end."""

    @property
    def hops(self) -> int:
        """Routers on the way."""
        return len(self.seconds) - 1

    def seconds_to(self, hop: int, *, outward: bool) -> float:
        """Say how long a packet takes to a router from the end at which it enters."""
        hop = min(hop, self.hops)
        return self.seconds[hop] if outward else self.seconds[-1] - self.seconds[hop]


def router_addresses(world: World, network: Network, hop: int) -> tuple[str, str]:
    """Give the addresses of a router: private in IPv4, of the documentation range in IPv6."""
    number = world.networks.index(network) + 1
    return f"10.{number}.255.{hop}", f"2001:db8:ffff:{number:x}::{hop:x}"


def seconds_by_hop(network: Network) -> tuple[float, ...]:
    """Say how long a packet takes from the client to each router; the first entry is the client.

    The client's own line leads to the first router; between there and the border, and between the border and the
    outside, routers are as far apart as each other.
    """
    own, inside, outside = network.link.delay_ms, network.inside_ms, network.outside_ms
    steps_inside, steps_outside = network.border - 1, network.hops - network.border
    times = [0.0]
    for hop in range(1, network.hops + 1):
        if hop <= network.border:
            times.append(own + (inside * (hop - 1) / steps_inside if steps_inside else inside))
        else:
            times.append(own + inside + outside * (hop - network.border) / steps_outside)
    if not steps_outside:
        times[-1] += outside
    return tuple(time / 1000 for time in times)


def part(  # noqa: PLR0913 - all by name but the stretch
    world: World,
    network: Network,
    low: int | None,
    high: int,
    *,
    seed: int,
    log: Callable[[Event], None],
    logins: set[str] | None = None,
) -> Part:
    """Make the stretch between a place inside and a router.

    Args:
        world: which world.
        network: which of its networks.
        low: behind which router the inner end stands; None for the client, which is before everything.
        high: the last router of the stretch.
        seed: of the engine.
        log: takes each act.
        logins: ids of the captive portals at which the network's client has logged in.

    Returns:
        The stretch, with the censors that stand beyond ``low`` and up to ``high``; their hops are counted from ``low``.

    """
    start, floor = low or 0, -1 if low is None else low
    standing = [
        msgspec.structs.replace(censor, placement=msgspec.structs.replace(censor.placement, hop=hop - start))
        for censor in world.censors_of(network.name)
        if floor < (hop := censor.placement.hop) <= high
    ]
    times = seconds_by_hop(network)[start : high + 1]
    routers = tuple(router_addresses(world, network, hop) for hop in range(start + 1, high + 1))
    shared = set() if logins is None else logins
    path = Path(high - start, dict(enumerate(routers, start=1)), world.time_scale, logins=shared)
    engine = Engine(standing, seed=seed, path=path, log=log)
    return Part(engine, tuple(time - times[0] for time in times), ((), *routers))
