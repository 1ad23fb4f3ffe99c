"""What a censor has before it when a packet comes by."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.flow import Flow
from trigpoint.net.packets import Packet, address_bytes, icmp_error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.lab.engine.censor import Censor  # noqa: TC004 - a sight is never decoded, and a censor needs sights
    from trigpoint.lab.engine.flow import FlowKey
    from trigpoint.lab.engine.probes import Visit
    from trigpoint.net.packets import IcmpError

MOST_TALLIES = 1_024
"""Names of which injectors remember how often they answered."""
MOST_VISITS = 256
"""Probers under way at a time; the one sent longest ago is forgotten first."""


class Scene:
    """What all censors of a path share: the seed, the path, and small tables of counts and of probers.

    Args:
        seed: of every draw.
        hops: routers between client and server; 0 where it is not known, and then TTLs are not looked at.
        routers: addresses of the routers by hop, one of each family, from which ICMP messages come.
        time_scale: by which times of residual blocking, and of probes before it, are multiplied.
        logins: ids of the captive portals at which the client has logged in.

    """

    __slots__ = ("_tallies", "_visits", "hops", "logins", "routers", "seed", "time_scale")

    def __init__(
        self,
        seed: int,
        hops: int,
        routers: Mapping[int, Sequence[str]],
        time_scale: float = 1.0,
        logins: set[str] | None = None,
    ) -> None:
        self.seed = seed
        self.logins = set() if logins is None else logins
        self.time_scale = time_scale
        self.hops = hops
        self.routers = {hop: tuple(map(address_bytes, addresses)) for hop, addresses in routers.items()}
        self._tallies: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._visits: OrderedDict[FlowKey, Visit] = OrderedDict()

    def tally(self, censor: str, subject: str) -> int:
        """Count something for a censor; gives how often it was counted before."""
        key = (censor, subject)
        count = self._tallies.pop(key, 0)
        self._tallies[key] = count + 1
        if len(self._tallies) > MOST_TALLIES:
            self._tallies.popitem(last=False)
        return count

    def expect(self, key: FlowKey, visit: Visit) -> None:
        """Remember a prober by the flow that it opens, as its client."""
        self._visits[key] = visit
        if len(self._visits) > MOST_VISITS:
            self._visits.popitem(last=False)

    def visit(self, key: FlowKey) -> Visit | None:
        """Give the prober whose flow it is."""
        return self._visits.get(key)

    def forget(self, key: FlowKey) -> None:
        """Forget a prober."""
        self._visits.pop(key, None)


class Sight(msgspec.Struct):
    """One packet, its flow, and the moment."""

    packet: Packet
    flow: Flow
    outward: bool
    """Whether it goes from client to server."""
    now: float
    scene: Scene
    censor: Censor
    """Whose turn it is."""

    def draws(self, purpose: str) -> Draws:
        """Begin draws that depend on the seed, the censor, the flow and the packet's number in it."""
        return Draws(self.scene.seed, self.censor.id, self.flow.key, self.flow.serial, purpose)

    def flow_draws(self, purpose: str) -> Draws:
        """Begin draws that are the same for each packet of a flow."""
        return Draws(self.scene.seed, self.censor.id, self.flow.key, purpose)

    @property
    def ttl(self) -> int:
        """The packet's TTL where the censor stands."""
        if not self.scene.hops:
            return self.packet.ttl
        hop = self.censor.placement.hop
        return self.packet.ttl - (hop if self.outward else self.scene.hops - hop)

    def goes(self, way: str) -> bool:
        """Tell whether the packet goes that way: ``out``, ``in`` or ``both``."""
        return way == "both" or (way == "out") == self.outward

    def icmp(self, error: IcmpError, mtu: int = 0) -> bytes | None:
        """Report an error to the packet's sender, from the router before the censor, else in the target's name."""
        size = len(self.packet.target)
        routers = self.scene.routers.get(self.censor.placement.hop, ())
        router = next((address for address in routers if len(address) == size), self.packet.target)
        return icmp_error(router, self.packet.data, error, mtu=mtu)
