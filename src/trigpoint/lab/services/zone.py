"""The DNS data of a world: what its authoritative servers say, and to whom they say something else."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec

from trigpoint.control.whoami import is_within, told
from trigpoint.lab.world.reserved import a_label
from trigpoint.net.dns_message import NOERROR, NXDOMAIN, REFUSED, SERVFAIL
from trigpoint.net.dns_names import wire_name
from trigpoint.net.dns_records import (
    AAAA,
    CNAME,
    SOA,
    A,
    Record,
    Soa,
    address_record,
    soa_data,
    target_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.record import Extra
    from trigpoint.lab.world.site import Site
    from trigpoint.lab.world.world import World

WHOAMI = "whoami.example"
"""Every name in it has the address that asked."""
SUFFIX = "lab.example"
"""Below it, each host has a name of its own."""

_RCODES = {"nxdomain": NXDOMAIN, "servfail": SERVFAIL, "refused": REFUSED}
_HOST_TTL = 300
_MOST_ALIASES = 16  # CNAMEs that are followed; a ring of them ends there


class Told(msgspec.Struct, frozen=True):
    """What the authoritative server says to a question."""

    rcode: int = NOERROR
    answers: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    """The SOA record of a negative answer (RFC 2308)."""
    cause: str = ""
    """Node of the vocabulary of explanations, where a site's own fault or refusal is told. Empty: the plain truth."""
    site: str = ""
    """The site whose fault it is."""


class Zone:
    """All names of a world."""

    def __init__(self, world: World) -> None:
        self._sites = {name: site for site in world.sites for name in _owners(site)}
        self._addresses = {host.name: host.addresses for host in world.hosts}
        self._records = _extras(world.records)
        self._hosts = {name: hosts for name, hosts in host_names(world).items() if name not in self._sites}
        self._turns: Counter[tuple[str, int]] = Counter()
        self._inner = _inner({*self._sites, *self._hosts, *self._records, WHOAMI})

    def ask(self, name: str, qtype: int, asker: str, network: str) -> Told:
        """Answer a question.

        Args:
            name: in any case.
            qtype: its type.
            asker: address that asked.
            network: where that is; ``outside`` if in no access network.

        """
        name = name.lower().rstrip(".")
        if is_within(name, WHOAMI):
            return _known(name, [record for record in told(name, asker) if record.rtype == qtype])
        answers: list[Record] = []
        for _ in range(_MOST_ALIASES):
            if name in self._sites and (refusal := _refusal(self._sites[name], network)):
                return refusal
            found = self._of(name, qtype, network)
            if found is None:
                known = name in self._inner
                return _known(name, answers, rcode=NOERROR if known else NXDOMAIN)
            answers += [record for record in found if record.rtype in {qtype, CNAME}]
            target = next(((target_of(record) or "").lower() for record in found if record.rtype == CNAME), "")
            if not target or qtype == CNAME:
                break
            name = target
        return _known(name, answers, is_negative=not any(record.rtype == qtype for record in answers))

    def _of(self, name: str, qtype: int, network: str) -> Sequence[Record] | None:
        """Give all records of a name, None if there is no such name."""
        site = self._sites.get(name)
        if site is None:
            own = _own_records(name, self._hosts.get(name, ()), network)
            return [*own, *self._records.get(name, [])] or None
        extra = self._records.get(name, [])
        target = _next(site, name)
        if target:
            return [Record(name, CNAME, site.ttl, wire_name(target)), *extra]
        seen, turn = site.seen_from(network), self._turns[name, qtype]
        self._turns[name, qtype] += qtype in {A, AAAA}
        hosts = (seen.hosts[turn % len(seen.hosts)],) if site.rotates and seen.hosts else seen.hosts
        own = [address_record(name, site.ttl, address) for host in hosts for address in self._addresses[host]]
        return [*(_next_of(own, qtype, seen.gives, turn) if seen.gives else own), *extra]


def host_names(world: World) -> dict[str, tuple[Host, ...]]:
    """Give the names that hosts have beside the sites, and whose they are.

    For each host one below ``lab.example``, and those of its resolver, notice and portal, which several may have.
    """
    found: dict[str, tuple[Host, ...]] = {}
    for host in world.hosts:
        own = [resolver_name(host.name, host.resolver.name if host.resolver else "")]
        own += [part.name for part in (host.notice, host.portal) if part]
        for name in {a_label("name", name): None for name in (f"{host.name}.{SUFFIX}", *own)}:
            found[name] = (*found.get(name, ()), host)
    return found


def _own_records(name: str, hosts: Sequence[Host], network: str) -> list[Record]:
    """Give the addresses of the host of a name: of the one in the asker's network, else of the first."""
    near = [host for host in hosts if host.network == network] or hosts
    return [address_record(name, _HOST_TTL, address) for host in near[:1] for address in host.addresses]


def resolver_name(host: str, name: str) -> str:
    """Give the name under which a resolver is known to DoT and DoH."""
    return name or f"{host}.{SUFFIX}"


def _owners(site: Site) -> list[str]:
    return [*site.names, *(a_label("cname", name) for name in site.cname)]


def _next(site: Site, name: str) -> str:
    """Give the name to which a name of a site points; empty if it has the addresses."""
    own, *aliases = site.names
    if name in aliases:
        return own
    chain = [own, *(a_label("cname", step) for step in site.cname)]
    position = chain.index(name)
    return chain[position + 1] if position + 1 < len(chain) else ""


def _next_of(records: Sequence[Record], qtype: int, count: int, turn: int) -> list[Record]:
    """Give so many records of a type, beginning where the turn before ended."""
    found = [record for record in records if record.rtype == qtype]
    return [found[(turn * count + index) % len(found)] for index in range(min(count, len(found)))]


def _refusal(site: Site, network: str) -> Told | None:
    view = site.view(network)
    soa = (_soa(site.names[0], is_there=False),)
    if view is not None and view.rcode:
        authority = soa if view.rcode == "nxdomain" else ()
        return Told(_RCODES[view.rcode], authority=authority, cause="server.geoblock", site=site.name)
    fault = site.seen_from(network).fault
    if fault not in {"nxdomain", "servfail"}:
        return None
    cause = "site.down" if site.fault == fault else "server.geoblock"
    authority = soa if fault == "nxdomain" else ()
    return Told(_RCODES[fault], authority=authority, cause=cause, site=site.name)


def _known(name: str, answers: Iterable[Record], *, rcode: int = NOERROR, is_negative: bool | None = None) -> Told:
    answers = tuple(answers)
    is_negative = not answers if is_negative is None else is_negative
    return Told(rcode, answers, (_soa(name, is_there=not rcode),) if is_negative or rcode else ())


def _soa(name: str, *, is_there: bool) -> Record:
    """Write the SOA record of the zone that a name is in: its last two labels; of one that is not there, its parent."""
    labels = name.split(".")
    zone = ".".join(labels[-2:] if is_there else labels[1:][-2:])
    below = f".{zone}" if zone else ""
    return Record(zone, SOA, 60, soa_data(Soa(f"ns1{below}", f"hostmaster{below}")))


def _extras(extras: Iterable[Extra]) -> dict[str, list[Record]]:
    records: dict[str, list[Record]] = defaultdict(list)
    for extra in extras:
        record = extra.record()
        records[record.name].append(record)
    return records


def _inner(names: Iterable[str]) -> frozenset[str]:
    """Give all names that exist because something exists below them (RFC 8020)."""
    found = {""}
    for name in names:
        labels = name.split(".")
        found |= {".".join(labels[start:]) for start in range(len(labels))}
    return frozenset(found)
