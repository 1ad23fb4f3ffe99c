"""What the censors of a world did, held against what is said to be true of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from trigpoint.lab.catalogue import behaviours
from trigpoint.lab.comparison import Compared, Comparison, Stray
from trigpoint.lab.world.reserved import a_label
from trigpoint.lab.world.world import OUTSIDE
from trigpoint.model.mechanism import MECHANISMS
from trigpoint.net.names import canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.lab.comparison import Outcome
    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.log import Logged
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World

RESIDUAL = "self.residual"
"""What is done to flows for the sake of earlier ones: never expected, and allowed wherever a censor has a residue."""
_OF_RESOLVERS = {"resolver.filtering", "isp.nxdomain_rewrite"}  # logged by hosts, not by behaviours
_DNS_PORT = 53
_DNS_SERVICES = {"resolver", "authority"}
_ENDS = {"https": ("tcp", 443), "http": ("tcp", 80), "h3": ("udp", 443), "dot": ("tcp", 853)}


def compare(world: World, entries: Iterable[Logged]) -> Comparison:
    """Hold the acts of a log against the truth of a world.

    An act concerns a target by the name that it met, which may be an alias or stand below the target; where it met no
    name, by the address of a host of the target; and rows of the family of the server's address only, unless it is an
    act on DNS, where the address is the resolver's. It agrees with a node of the truth if it is that node, or above or
    below it. Acts about what is no target (other names, other addresses) must agree with some row of their network.
    What hosts did to visitors from outside concerns no row.
    """
    index = _Index(world)
    seen: Counter[tuple[str, str, Truth | None]] = Counter()
    strays: Counter[tuple[str, str, str, str]] = Counter()
    total = 0
    for entry in entries:
        total += 1
        if entry.network == OUTSIDE:
            continue
        about = index.about(entry.network, entry.event)
        foreseen = index.foresees(entry.network, entry.event.cause, about)
        for row in about.concerned if foreseen else ():
            seen[entry.network, entry.event.cause, row] += 1
        if not foreseen:
            strays[entry.network, entry.event.censor, entry.event.cause, about.label] += 1
    explained = {str(entry["explains"]) for entry in world.censors if entry.get("explains")}
    rows = tuple(_compared(network, row, seen, explained) for network, row in world.truths())
    return Comparison(world.name, total, rows, tuple(Stray(*key, count) for key, count in strays.items()))


def agrees(cause: str, node: str) -> bool:
    """Tell whether two nodes are one, or one stands above the other.

    >>> agrees("tls.reset.sni", "tls.reset"), agrees("tls.reset", "tls.timeout")
    (True, False)
    """
    return f"{cause}.".startswith(f"{node}.") or f"{node}.".startswith(f"{cause}.")


def expected(row: Truth, explained: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the nodes of a row that a log shows once the target was tried.

    Args:
        row: which.
        explained: what the world's censors log in place of mechanisms.

    """
    of_censors = {cause for kind in behaviours().values() for cause in kind.causes} - {RESIDUAL}
    logged = of_censors.union(_OF_RESOLVERS, explained)
    wanted = (*row.mechanisms, *row.interference, *row.explanations)
    return tuple(node for node in wanted if node in MECHANISMS or node in logged)


class _About(NamedTuple):
    """What an act is about."""

    rows: list[Truth]
    """All rows of its targets in its family; none where there are none."""
    concerned: list[Truth]
    """Those whose transport and port are the act's."""
    is_of_target: bool
    """Whether it is about targets at all."""
    label: str
    """For people."""


class _Index:
    """A world's targets by name and by address, and its rows by network and target."""

    def __init__(self, world: World) -> None:
        self._names: dict[str, str] = {}
        self._addresses: dict[str, set[str]] = {}
        self._rows: dict[tuple[str, str], list[Truth]] = {}
        self._causes: dict[str, set[str]] = {}
        self._resolvers = {
            place.name: {canonical_address(address) for address in world.host(place.resolver).addresses}
            for place in world.networks
        }
        for network, row in world.truths():
            self._rows.setdefault((network, _canonical(row.target)), []).append(row)
            self._causes.setdefault(network, set()).update(row.causes)
        for place in world.networks:
            if any(censor.residual for censor in world.censors_of(place.name)):
                self._causes.setdefault(place.name, set()).add(RESIDUAL)
        self._read_targets(world)

    def _read_targets(self, world: World) -> None:
        aliases = {
            site.names[0]: (*site.names, *(a_label("cname", name) for name in site.cname)) for site in world.sites
        }
        for target, hosts in world.targets().items():
            name = _canonical(target)
            for alias in aliases.get(name, (name,)):
                self._names.setdefault(alias, name)
            for address in (address for host in hosts for address in world.host(host).addresses):
                self._addresses.setdefault(canonical_address(address) or address, set()).add(self._names[name])
        for site in world.sites:
            for host in (host for view in site.views for host in view.hosts or ()):
                for address in world.host(host).addresses:
                    self._addresses.setdefault(canonical_address(address) or address, set()).add(site.names[0])

    def about(self, network: str, event: Event) -> _About:
        """Say what an act is about; without the network's own resolver nothing in it can be reached."""
        if not event.name and canonical_address(event.server) in self._resolvers.get(network, ()):
            rows = [row for (where, _), told in self._rows.items() if where == network for row in told]
            return _About(rows, rows, bool(rows), event.server)
        targets = self._targets(event)
        told = [row for target in targets for row in self._rows.get((network, target), ())]
        rows = [row for row in told if _is_of_family(event, row)]
        concerned = [row for row in rows if _concerns(event, row)]
        return _About(rows, concerned, bool(told), " ".join(targets) or event.name or event.server)

    def _targets(self, event: Event) -> list[str]:
        rest = "" if event.name.startswith("/") else event.name.rstrip(".").lower()
        if not rest:
            return sorted(self._addresses.get(canonical_address(event.server) or event.server, ()))
        while rest:
            if rest in self._names:
                return [self._names[rest]]
            rest = rest.partition(".")[2]
        return []

    def foresees(self, network: str, cause: str, about: _About) -> bool:
        """Tell whether one of the rows, or of all rows of the network where it is about no target, has a cause."""
        allowed = self._causes.get(network, set())
        if cause == RESIDUAL:
            return RESIDUAL in allowed
        nodes = {node for row in about.rows for node in row.causes} if about.is_of_target else allowed
        return any(agrees(cause, node) for node in nodes)


def _canonical(target: str) -> str:
    return a_label("target", target)


def _is_of_family(event: Event, row: Truth) -> bool:
    is_dns = event.server_port == _DNS_PORT or event.behaviour in _DNS_SERVICES or event.cause.startswith("dns.")
    return is_dns or (6 if ":" in event.server else 4) in row.families


def _concerns(event: Event, row: Truth) -> bool:
    """Tell whether an act is on the row's transport and port, and path where it met one; DNS concerns every row."""
    url = urlsplit(row.address)
    if event.name.startswith("/") and event.name != (url.path or "/"):
        return False
    if event.server_port in {_DNS_PORT, 0}:
        return True
    return (event.protocol, event.server_port) == (("tcp", url.port) if url.scheme == "tcp" else _ENDS[url.scheme])


def _compared(
    network: str, row: Truth, seen: Counter[tuple[str, str, Truth | None]], explained: Iterable[str]
) -> Compared:
    acts = {cause: count for (where, cause, what), count in seen.items() if where == network and what is row}
    nodes = expected(row, explained)
    found = [node for node in nodes if any(agrees(cause, node) for cause in acts)]
    outcome: Outcome = "quiet"
    if nodes:
        outcome = "confirmed" if len(found) == len(nodes) else "partly" if found else "not seen"
    about = (network, row.target, row.address, row.families, str(row.state), row.remarks)
    return Compared(*about, nodes, acts, outcome)
