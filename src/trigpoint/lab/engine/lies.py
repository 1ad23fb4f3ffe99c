"""Lies of resolvers, and what forged DNS answers are made of."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from trigpoint.lab.engine.group import Group, NumberRule
from trigpoint.lab.engine.names import NameList, Names
from trigpoint.lab.engine.pools import check_pool, spread, texts
from trigpoint.lab.engine.prints import numbers
from trigpoint.net.dns_message import NOERROR, NXDOMAIN, RD, REFUSED, SERVFAIL, Query, build_reply, parse_query
from trigpoint.net.dns_records import AAAA, SOA, A, Record, Soa, soa_data
from trigpoint.net.names import canonical_address, is_private

if TYPE_CHECKING:
    from trigpoint.lab.engine.draws import Draws

_RCODES = {"noerror": NOERROR, "nxdomain": NXDOMAIN, "servfail": SERVFAIL, "refused": REFUSED}
_RCODE_CAUSES = {"nxdomain": "dns.nxdomain", "servfail": "dns.refused", "refused": "dns.refused"}
_ADDRESS_TYPES = {4: A, 16: AAAA}
_PUBLIC_IN_THE_LAB = tuple(  # RFC 5737, 2544, 3849, 9637: here they stand for the Internet's own addresses
    map(
        ipaddress.ip_network,
        ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32", "3fff::/20"),
    )
)
_OTHER_SOA = Record("invalid.", SOA, 60, soa_data(Soa("ns.invalid.", "hostmaster.invalid.")))


class Lie(Group, frozen=True):
    """What a forged DNS answer says."""

    rcode: Literal["noerror", "nxdomain", "servfail", "refused"] = "noerror"
    """Its response code. ``noerror`` without addresses is an empty answer."""
    pool: tuple[str, ...] = ()
    """Addresses that it may hold, of both families, and ranges of them, such as ``198.19.0.0-198.19.2.87``; up to
    4,096, in a world none of the real Internet, unless a host with ``is_fingerprint`` has it."""
    pool_prefix_v6: str = ""
    """A prefix from which IPv6 addresses are drawn, such as ``2001::/32``."""
    order: Literal["fixed", "random", "cyclic", "zipf"] = "fixed"
    """How addresses are chosen: the first ones; at random; one after the other for each name; or the earlier in the
    pool, the more often."""
    groups: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1
    """Parts of the pool; each name is bound to one of them."""
    records: Annotated[int, msgspec.Meta(ge=1, le=32)] = 1
    """Addresses in one answer."""
    record_ttl: NumberRule = 60
    """Time to live of the records, in seconds."""
    answers_any_type: bool = False
    """Whether every type of query gets an A record (or whatever the pool has); else only A and AAAA queries get
    records, of their family, and other types an empty answer."""
    authoritative: bool = False
    """The AA flag."""
    recursion_available: bool = True
    """The RA flag."""
    flags: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)] = 0
    """All sixteen bits of flags but the response code. 0: as a resolver sets them, with AA and RA as said."""
    flags_without_recursion: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)] = 0
    """The same for queries without the RD flag, by which an injector in China chooses (0x8400 instead of 0x8180). 0: as
    for all others."""
    with_soa: bool = False
    """Whether a negative answer has an SOA record, as true ones have."""
    is_block_page: bool = False
    """Whether its addresses are those of a block page."""

    def __post_init__(self) -> None:
        """Refuse what are no addresses."""
        check_pool("pool", self.pool)
        if self.pool_prefix_v6:
            try:
                ipaddress.IPv6Network(self.pool_prefix_v6)
            except ValueError as error:
                message = f"pool_prefix_v6: {self.pool_prefix_v6!r} is no IPv6 prefix"
                raise ValueError(message) from error

    @property
    def cause(self) -> str:
        """The mechanism that it is."""
        if self.rcode != "noerror":
            return _RCODE_CAUSES[self.rcode]
        if self.is_block_page:
            return "dns.injection.blockpage"
        if not (self.pool or self.pool_prefix_v6):
            return "dns.injection"
        told = texts(self.pool)
        addresses = [address for address in told if ":" not in address] or told  # of both families A records say which
        is_bogon = bool(addresses) and all(map(_is_bogon, addresses))
        return "dns.injection.bogon" if is_bogon else "dns.injection.other"


def _is_bogon(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    is_public_here = any(parsed in network for network in _PUBLIC_IN_THE_LAB if network.version == parsed.version)
    return not is_public_here and is_private(canonical_address(address) or address)


def told(lie: Lie, payload: bytes, query: Query, turn: int, draws: Draws) -> bytes:
    """Write the answer to a query.

    Args:
        lie: what it says.
        payload: the query's bytes.
        query: the same, read.
        turn: how often this name was answered before, for the cyclic order.
        draws: where chance comes from.

    """
    answers = [] if lie.rcode != "noerror" else _answers(lie, query, turn, draws)
    flags = lie.flags
    if lie.flags_without_recursion and not query.flags & RD:
        flags = lie.flags_without_recursion
    if not flags:
        flags = 0x8000 | (query.flags & 0x0100) | (0x0400 * lie.authoritative) | (0x0080 * lie.recursion_available)
    authority = (_OTHER_SOA,) if lie.with_soa and not answers else ()
    return build_reply(payload, answers, rcode=_RCODES[lie.rcode], flags=flags & 0xFFF0, authority=authority)


def _answers(lie: Lie, query: Query, turn: int, draws: Draws) -> list[tuple[int, int, bytes]]:
    ttl = numbers(lie.record_ttl, 1, 0, draws, lambda: turn)[0]
    if lie.pool_prefix_v6 and query.qtype == AAAA:
        network = ipaddress.IPv6Network(lie.pool_prefix_v6)
        most = network.num_addresses - 1
        return [(AAAA, ttl, (network.network_address + draws.between(0, most)).packed) for _ in range(lie.records)]
    pool = list(spread(lie.pool))
    if not lie.answers_any_type:
        pool = [address for address in pool if _ADDRESS_TYPES[len(address)] == query.qtype]
    if lie.groups > 1:
        pool = pool[sum(query.wire_name.lower()) % lie.groups :: lie.groups] or pool
    return [(_ADDRESS_TYPES[len(address)], ttl, address) for address in _chosen(lie, pool, turn, draws)]


def _chosen(lie: Lie, pool: list[bytes], turn: int, draws: Draws) -> list[bytes]:
    if not pool:
        return []
    if lie.order == "random":
        return [draws.one_of(pool) for _ in range(lie.records)]
    if lie.order == "zipf":
        weights = [1 / (rank + 1) for rank in range(len(pool))]
        return [pool[draws.weighted(weights)] for _ in range(lie.records)]
    first = turn * lie.records if lie.order == "cyclic" else 0
    count = min(lie.records, len(pool))
    return [pool[(first + index) % len(pool)] for index in range(count)]


class ResolverLie(Group, frozen=True):
    """One rule of a resolver that lies: a parameter of the host, as no packet on the way is touched."""

    names: Names
    """Which names."""
    lie: Lie = Lie("nxdomain")
    """What it says of them, for every type of record."""
    is_silent: bool = False
    """Whether it says nothing at all instead."""


class LyingResolver:
    """Answers what it lies about, and leaves everything else to the true resolver.

    Args:
        rules: in order; the first that is met counts.

    """

    def __init__(self, rules: tuple[ResolverLie, ...]) -> None:
        self._rules = [(NameList(rule.names), rule) for rule in rules]

    def answer(self, payload: bytes, turn: int, draws: Draws) -> tuple[bool, bytes | None, str]:
        """Say whether it lies, the reply (None: silence), and the mechanism.

        A query that cannot be read is left to the true resolver.
        """
        query = parse_query(payload)
        if query is None:
            return False, None, ""
        for names, rule in self._rules:
            if names.find(query.qname):
                if rule.is_silent:
                    return True, None, "dns.timeout"
                return True, told(rule.lie, payload, query, turn, draws), rule.lie.cause
        return False, None, ""
