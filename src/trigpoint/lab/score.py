"""Verdicts on what was measured in worlds of the lab, held against what is true there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import msgspec

from trigpoint.lab.case import Case
from trigpoint.net.names import canonical_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.lab.case import Judged
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World

OWN: Mapping[str, tuple[str, ...]] = {
    "https": ("web_connectivity",),
    "http": ("web_connectivity",),
    "h3": ("quic",),
    "dot": ("dnscheck",),
}
"""Nettests whose verdict is about a row of that scheme, where their input is its URL. ``tcp``: any."""
EXPLAINS: Mapping[str, tuple[str, ...]] = {
    "address_blocking": ("https", "http"),
    "dnscheck": ("https", "http", "h3"),
    "host_blocking": ("http",),
    "quic": ("https",),  # where the truth says nothing of HTTP/3
    "residual": ("https", "http"),
    "sni_blocking": ("https",),
    "throttling": ("https", "http"),
}
"""Schemes of the rows of the same site about whose mechanisms a nettest says more."""

_PORTS = {"https": 443, "http": 80, "h3": 443, "dot": 853, "tcp": 0}


class Key(NamedTuple):
    """What is fetched, so that two ways to write it are equal."""

    scheme: str
    host: str
    port: int
    path: str


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Verdicts beside the truth of the worlds in which they were measured."""

    cases: tuple[Case, ...]
    """What was measured, in the order of the worlds."""
    unmeasured: Mapping[str, int]
    """Cases of each world that no measurement covers."""
    unknown: Mapping[str, int]
    """Verdicts by the name of a world that is not known."""
    strays: int
    """Verdicts on what no row of truth speaks of."""

    @property
    def by_world(self) -> dict[str, tuple[Case, ...]]:
        """Cases by the name of their world."""
        return {name: tuple(case for case in self.cases if case.world == name) for name in self.unmeasured}


def score(verdicts: Iterable[Judged], worlds: Mapping[str, World]) -> Score:
    """Hold verdicts against the truth.

    A verdict is about the row of its world, of the network with its AS number, and of its input's URL (:data:`OWN`).
    That of another nettest on the same site names mechanisms of rows besides (:data:`EXPLAINS`), and no state. One that
    fits neither is a stray, as is one of an AS number that several networks have, or one that came when the row held no
    longer.

    Args:
        verdicts: of measurements made in the lab.
        worlds: those that are known, by name; whose name no verdict has is left out.

    """
    sorted_out = _Sorted(worlds)
    for verdict in verdicts:
        sorted_out.add(verdict)
    return sorted_out.score()


class _Sorted:
    """Verdicts, each with the rows that it is about."""

    def __init__(self, worlds: Mapping[str, World]) -> None:
        self._worlds = worlds
        self._rows: dict[str, dict[tuple[str, Key], list[Truth]]] = {}
        self._own: dict[tuple[str, str, Key], list[Judged]] = defaultdict(list)
        self._others: dict[tuple[str, str, Key], list[Judged]] = defaultdict(list)
        self._unknown: dict[str, int] = defaultdict(int)
        self._strays = 0

    def add(self, verdict: Judged) -> None:
        world = self._worlds.get(verdict.world)
        if world is None:
            self._unknown[verdict.world] += 1
            return
        rows = self._rows_of(world)
        networks = [network.name for network in world.networks if network.asn == verdict.asn]
        places = [(networks[0], key) for key in _own_keys(verdict)] if len(networks) == 1 else []
        own = [place for place in places if place in rows]
        others = [] if own or len(networks) != 1 else list(_explained(verdict, networks[0], rows))
        own, others = ([place for place in found if _holds(rows[place], verdict)] for found in (own, others))
        for place in own:
            self._own[world.name, *place].append(verdict)
        for place in others:
            self._others[world.name, *place].append(verdict)
        self._strays += not own and not others

    def _rows_of(self, world: World) -> dict[tuple[str, Key], list[Truth]]:
        if world.name not in self._rows:
            rows = self._rows[world.name] = defaultdict(list)
            for network, row in world.truths():
                if (key := _key(row.address)) is not None:
                    rows[network, key].append(row)
        return self._rows[world.name]

    def score(self) -> Score:
        cases = []
        unmeasured = {}
        for world in sorted(self._rows):
            places = [place for place in self._rows[world] if self._own.get((world, *place))]
            unmeasured[world] = len(self._rows[world]) - len(places)
            cases += [self._case(world, place) for place in places]
        unknown = dict(sorted(self._unknown.items()))
        return Score(cases=tuple(cases), unmeasured=unmeasured, unknown=unknown, strays=self._strays)

    def _case(self, world: str, place: tuple[str, Key]) -> Case:
        rows = tuple(self._rows[world][place])
        own, others = (tuple(found.get((world, *place), ())) for found in (self._own, self._others))
        return Case(world=world, network=place[0], url=rows[0].address, rows=rows, own=own, others=others)


def _holds(told: Iterable[Truth], verdict: Judged) -> bool:
    """Tell whether rows were still true when a measurement was made."""
    return all(row.until is None or verdict.elapsed is None or verdict.elapsed < row.until for row in told)


def _own_keys(verdict: Judged) -> Iterator[Key]:
    key = _key(verdict.input or "")
    if key is None:
        return
    if verdict.nettest == "quic" and key.scheme == "https":
        key = key._replace(scheme="h3")
    if verdict.nettest in OWN.get(key.scheme, (verdict.nettest,)):
        yield key


def _explained(verdict: Judged, network: str, rows: Mapping[tuple[str, Key], list[Truth]]) -> Iterator[tuple[str, Key]]:
    """Give the rows of a follow-up: that of its URL if there is one, else those of its site."""
    key = _key(verdict.input or "")
    schemes = EXPLAINS.get(verdict.nettest, ())
    if key is not None and (network, key) in rows:
        yield from [(network, key)] if key.scheme in schemes else []
        return
    for (where, other), told in rows.items():
        hosts = {other.host, *(canonical_host(row.target) for row in told)}
        if where == network and other.scheme in schemes and verdict.site in hosts:
            yield where, other


def _key(url: str) -> Key | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets that do not match, a port that is none
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Key(parts.scheme, canonical_host(host) or host, port or _PORTS[parts.scheme], path)
