"""A world as one value, and whether its parts fit together."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from trigpoint.errors import InputError
from trigpoint.lab.catalogue import censors
from trigpoint.lab.engine.group import Group
from trigpoint.lab.world.place import NAME, Host, Network
from trigpoint.lab.world.pools import check_pools
from trigpoint.lab.world.record import Extra
from trigpoint.lab.world.site import Site
from trigpoint.lab.world.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trigpoint.lab.engine.censor import Censor

OUTSIDE = "outside"
"""What views call everybody who is in no access network."""
MOST_NETWORKS = 4
_MANY = msgspec.Meta(max_length=300)  # a world is written by hand, and all of it runs on one machine
_USER_ASSIGNED = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")  # ISO 3166-1: these are nobody's
_IN_USE = {"XK"}  # Kosovo, by common use


class World(Group, frozen=True, kw_only=True):
    """Everything there is, and what is true of it."""

    name: str
    """As its file; a variant as ``world:variant``."""
    title: str
    """For people."""
    meaning: str
    """What happens in it, in a sentence or two."""
    source: str = ""
    """Where it was described."""
    country: str
    """A user-assigned code, so that nothing made in it can be taken for a real country."""
    time_scale: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    """By which the times of residual blocking, and of probes before it, are multiplied."""
    networks: tuple[Network, ...] = msgspec.field(name="network")
    """One to four access networks."""
    hosts: Annotated[tuple[Host, ...], _MANY] = msgspec.field(name="host")
    """Everything that answers."""
    sites: Annotated[tuple[Site, ...], _MANY] = msgspec.field(name="site")
    """What is visited."""
    records: Annotated[tuple[Extra, ...], _MANY] = msgspec.field(name="record", default=())
    """DNS records besides."""
    censors: Annotated[tuple[dict[str, Any], ...], _MANY] = msgspec.field(name="censor", default=())
    """What stands on the way: ``id``, ``behaviour``, parameters; ``networks`` says where, and without it everywhere."""
    truth: Annotated[tuple[Truth, ...], msgspec.Meta(max_length=5_000)] = ()
    """What is true, by target and network."""

    def host(self, name: str) -> Host:
        """Give a host by name.

        Raises:
            KeyError: there is none.

        """
        return next(host for host in self.hosts if host.name == name) if name in self._hosts() else _missing(name)

    def network(self, name: str) -> Network:
        """Give an access network by name; the first, if the name is empty.

        Raises:
            InputError: there is none of that name.

        """
        for network in self.networks:
            if name in {"", network.name}:
                return network
        message = f"world {self.name!r} has no network {name!r}; there are {', '.join(n.name for n in self.networks)}"
        raise InputError(message)

    def censors_of(self, network: str) -> tuple[Censor, ...]:
        """Make the censors of a network.

        Raises:
            InputError: a parameter cannot be; the censor and the key are named.

        """
        entries = [
            {key: value for key, value in entry.items() if key != "networks"}
            for entry in self.censors
            if network in entry.get("networks", (network,))
        ]
        return censors(entries)

    def truths(self) -> Iterator[tuple[str, Truth]]:
        """Give every pair of network and row."""
        for row in self.truth:
            for network in row.networks or [network.name for network in self.networks]:
                yield network, row

    def targets(self) -> dict[str, tuple[str, ...]]:
        """Give everything that truth may speak of, with its hosts: sites by any name, resolvers, hosts that echo."""
        sites = {name: site.hosts for site in self.sites for name in (site.name, *site.names)}
        resolvers = {host.resolver.name: (host.name,) for host in self.hosts if host.resolver and host.resolver.name}
        return {host.name: (host.name,) for host in self.hosts if host.echo} | resolvers | sites

    def places(self) -> dict[str, str]:
        """Give the access network of each address that is in one."""
        inside = {address: network.name for network in self.networks for address in network.client}
        hosts = {address: host.network for host in self.hosts if host.network for address in host.addresses}
        return inside | hosts

    def _hosts(self) -> set[str]:
        return {host.name for host in self.hosts}


def _missing(name: str) -> Host:
    raise KeyError(name)


def check(world: World) -> None:
    """See that the parts of a world fit together.

    Raises:
        InputError: they do not; the part and the key are named.

    """
    if not _USER_ASSIGNED.fullmatch(world.country) or world.country in _IN_USE:
        _refuse(f"country: {world.country!r} is not a user-assigned code, such as XA")
    if not 1 <= len(world.networks) <= MOST_NETWORKS:
        _refuse(f"network: one to {MOST_NETWORKS} are needed, there are {len(world.networks)}")
    _check_unique(world)
    _check_hosts(world)
    _check_sites(world)
    _check_censors(world)
    _check_truth(world)
    check_pools(world)


def _check_unique(world: World) -> None:
    series = {
        "network.name": [network.name for network in world.networks],
        "host.name": [host.name for host in world.hosts],
        "site.name": [name for site in world.sites for name in (*site.names, *site.cname)],
        "address": [
            address
            for owner in (*(network.client for network in world.networks), *(host.addresses for host in world.hosts))
            for address in owner
        ],
    }
    for key, values in series.items():
        twice = [value for value, count in Counter(values).items() if count > 1]
        if twice:
            _refuse(f"{key}: {twice[0]!r} comes twice")


def _check_hosts(world: World) -> None:
    names = {network.name: network for network in world.networks}
    for host in world.hosts:
        if host.network and host.network not in names:
            _refuse(f"host {host.name!r}: network: there is no {host.network!r}")
        if host.network and host.hop > names[host.network].hops:
            _refuse(f"host {host.name!r}: hop: {host.hop} is beyond the last router")
        if host.resolver:
            _check_known(f"host {host.name!r}: resolver.refuses", host.resolver.refuses, set(names))
    if not any(host.authority for host in world.hosts):
        _refuse("host: none has `authority = true`, so that no name can be resolved")
    for network in world.networks:
        if not any(host.name == network.resolver and host.resolver for host in world.hosts):
            _refuse(f"network {network.name!r}: resolver: {network.resolver!r} is no host with a resolver")
        interceptors = {host.name for host in world.hosts if host.interceptor}
        _check_known(f"network {network.name!r}: trusts", network.trusts, interceptors)


def _check_sites(world: World) -> None:
    hosts = {host.name for host in world.hosts}
    places = {network.name for network in world.networks} | {OUTSIDE}
    for site in world.sites:
        _check_known(f"site {site.name!r}: hosts", site.hosts, hosts)
        for view in site.views:
            _check_known(f"site {site.name!r}: views.networks", view.networks, places)
            _check_known(f"site {site.name!r}: views.hosts", view.hosts or (), hosts)


def _check_censors(world: World) -> None:
    networks = {network.name: network for network in world.networks}
    hosts = {host.name for host in world.hosts}
    for number, entry in enumerate(world.censors):
        where = f"censor {entry.get('id', number)!r}"
        if isinstance(entry.get("id"), str) and not re.fullmatch(NAME, entry["id"]):
            _refuse(f"{where}: id: small letters, digits and hyphens are needed, at most 63")
        placed = entry.get("networks", [])
        if not isinstance(placed, list) or not all(isinstance(name, str) for name in placed):
            _refuse(f"{where}: networks: a list of names is needed")
        _check_known(f"{where}: networks", placed, set(networks))
        if isinstance(entry.get("to"), str) and entry["to"]:
            _check_known(f"{where}: to", [entry["to"]], hosts)
    for name, network in networks.items():
        for censor in world.censors_of(name):
            if any(window.end <= window.start for window in censor.schedule.windows):
                _refuse(f"censor {censor.id!r}: schedule.windows: one ends before it starts")
            if censor.placement.hop > network.hops:
                _refuse(f"censor {censor.id!r}: placement.hop: {censor.placement.hop} is beyond the last router")
    censors([{key: value for key, value in entry.items() if key != "networks"} for entry in world.censors])


def _check_truth(world: World) -> None:
    known = set(world.targets())
    networks = {network.name for network in world.networks}
    for row in world.truth:
        _check_known("truth: target", [row.target], known)
        _check_known(f"truth {row.target!r}: networks", row.networks, networks)
    pairs = Counter((network, row.address, family) for network, row in world.truths() for family in row.families)
    for (network, url, family), count in pairs.items():
        if count > 1:
            _refuse(f"truth: {url} over IPv{family} from {network!r} comes twice")


def _check_known(where: str, names: tuple[str, ...] | list[str], known: set[str] | Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            _refuse(f"{where}: there is no {name!r}")


def _refuse(message: str) -> None:
    raise InputError(message)
