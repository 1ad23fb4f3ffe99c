"""Where the addresses of a world are: in which place, and behind which router of which access network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trigpoint.lab.world.world import OUTSIDE
from trigpoint.net.packets import address_bytes

if TYPE_CHECKING:
    from trigpoint.lab.world.place import Network
    from trigpoint.lab.world.world import World

CONTROL = "control"
"""The place of hosts that reach all others past every filter. What clients send there is filtered as all they send."""


def client_place(network: str) -> str:
    """Name the place of a network's client."""
    return f"{network}/client"


def network_of(place: str) -> str:
    """Give the access network of a place; empty where it is in none.

    >>> network_of("a1/client"), network_of("outside")
    ('a1', '')
    """
    return "" if place in {OUTSIDE, CONTROL} else place.partition("/")[0]


class Spot(NamedTuple):
    """Where an address is."""

    place: str
    network: Network | None
    hop: int | None
    """Behind which router; None for a client."""


def spots(world: World) -> dict[bytes, Spot]:
    """Give the spot of every address of clients and hosts."""
    found = {
        address_bytes(address): Spot(client_place(network.name), network, None)
        for network in world.networks
        for address in network.client
    }
    networks = {network.name: network for network in world.networks}
    for host in world.hosts:
        place = CONTROL if host.role == "control" else host.network or OUTSIDE
        spot = Spot(place, networks.get(host.network), host.hop if host.network else 0)
        found.update({address_bytes(address): spot for address in host.addresses})
    return found
