"""The address plan of worlds: who has which address, for whoever reads what was measured in them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from trigpoint.lab.world.reserved import INTERNET, is_public_here
from trigpoint.reference.address_plan import Planned
from trigpoint.reference.addresses import is_bogon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.lab.world.world import World


def plan(worlds: Iterable[World]) -> tuple[Planned, ...]:
    """Give the addresses of clients and hosts, and the ranges in which they lie.

    Worlds use the same addresses anew. What a prefix belongs to is said where all of them that have it agree; where
    they do not, that it is in use. Addresses of block pages from private ranges and loopback are not listed: they are
    nobody's there, too.

    Returns:
        Sorted, IPv4 first.

    """
    told: dict[str, set[Planned]] = {}
    for world in worlds:
        for entry in _of_world(world):
            told.setdefault(entry.prefix, set()).add(entry)
    ranges = [Planned(prefix) for prefix in INTERNET]
    return tuple(sorted((*ranges, *map(_agreed, told.values())), key=_place))


def _of_world(world: World) -> Iterator[Planned]:
    names = {network.asn: network.title for network in world.networks}
    inside = {network.name for network in world.networks}
    owners = [(network.client, network.asn, True) for network in world.networks]
    owners += [(host.addresses, host.asn, host.network in inside) for host in world.hosts]
    for addresses, asn, is_inside in owners:
        for address in filter(_is_listed, addresses):
            yield Planned(_prefix(address), asn, names.get(asn) or None, world.country if is_inside else None)


def _is_listed(address: str) -> bool:
    return is_public_here(address) or not is_bogon(address)


def _prefix(address: str) -> str:
    return str(ipaddress.ip_network(address))


def _agreed(entries: set[Planned]) -> Planned:
    asns, names, countries = ({getattr(entry, key) for entry in entries} for key in ("asn", "as_name", "country"))
    asn = asns.pop() if len(asns) == 1 else None
    return Planned(
        next(iter(entries)).prefix,
        asn,
        names.pop() if len(names) == 1 and asn is not None else None,
        countries.pop() if len(countries) == 1 else None,
    )


def _place(entry: Planned) -> tuple[int, int, int]:
    network = ipaddress.ip_network(entry.prefix)
    return network.version, int(network.network_address), network.prefixlen
