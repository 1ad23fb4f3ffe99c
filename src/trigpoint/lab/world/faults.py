"""Which hosts are down as a whole, seen from somewhere: nothing listens on them, or nothing of them answers.

A site that shares its address with others that work cannot be silent or refused before it is named: there the server
hangs up, or lets the client wait, when it has read the name. A site that has its hosts to itself is down as hosts are.
A refusal for everybody needs nothing but ports on which nobody listens. Silence can only be kept by whoever carries
packets, so fabrics ask :func:`silences`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.world.world import OUTSIDE

if TYPE_CHECKING:
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.site import Site
    from trigpoint.lab.world.world import World

Fate = Literal["", "refused", "silent"]


def sites_of(world: World, host: str) -> tuple[Site, ...]:
    """Give the sites that a host serves to anybody."""
    return tuple(
        site for site in world.sites if host in site.hosts or any(host in (view.hosts or ()) for view in site.views)
    )


def fate(world: World, host: Host, network: str) -> Fate:
    """Say how a host is down for a network; empty if anything of it is up."""
    own = (host.resolver, host.interceptor, host.portal, host.notice, host.echo, host.discard)
    if host.authority or host.relays or any(own):
        return ""
    faults = {site.seen_from(network).fault for site in sites_of(world, host.name)}
    if faults == {"refused"}:
        return "refused"
    return "silent" if faults == {"silent"} else ""


def silences(world: World) -> frozenset[tuple[str, str]]:
    """Give the pairs of network (``outside`` for everybody else) and address between which every packet gets lost."""
    places = (*(network.name for network in world.networks), OUTSIDE)
    return frozenset(
        (place, address)
        for host in world.hosts
        for place in places
        for address in host.addresses
        if (6 if ":" in address else 4) in host.dead_families or fate(world, host, place) == "silent"
    )
