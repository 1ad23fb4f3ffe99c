"""Which addresses a name has, by every resolver of the session at once (ts-017, E003 and E004)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.dns import ask
from trigpoint.net.names import canonical_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.net.dial.acts import Lookup
    from trigpoint.net.dial.dns import Resolver
    from trigpoint.probe.nettest import Measuring

MOST_ADDRESSES = 4
"""Addresses of one family that are tried at one depth: what the network's resolver gave goes first."""
_OVER_STREAMS = frozenset({"tcp", "dot", "doh"})


class Found(msgspec.Struct, frozen=True):
    """An address, and who named it."""

    address: str
    is_classic: bool
    """Whether the network's own resolver named it, so that ordinary programs would use it."""

    @property
    def version(self) -> int:
        """Version of IP."""
        return 6 if ":" in self.address else 4


async def look_up(measuring: Measuring, host: str, depth: int) -> tuple[Found, ...]:
    """Ask every resolver for a name; an address stands for itself.

    Returns:
        Each address once, those of the network's own resolver first, at most :data:`MOST_ADDRESSES` of a family.

    """
    address = canonical_address(host)
    if address is not None:
        return (Found(address, is_classic=True),)
    session = measuring.session
    own, *others = await asyncio.gather(*(_asked(measuring, resolver, host, depth) for resolver in session.resolvers))
    return merged((Found(address, is_classic=True) for address in own), _named(others))


def merged(*groups: Iterable[Found]) -> tuple[Found, ...]:
    """Put groups of addresses after each other, each address once, and keep so many of a family."""
    found: dict[str, Found] = {}
    for one in (one for group in groups for one in group):
        if sum(other.version == one.version for other in found.values()) < MOST_ADDRESSES:
            found.setdefault(one.address, one)
    return tuple(found.values())


def _named(groups: Iterable[Iterable[str]]) -> list[Found]:
    return [Found(address, is_classic=False) for group in groups for address in group]


async def _asked(measuring: Measuring, resolver: Resolver, host: str, depth: int) -> list[str]:
    is_own = resolver == measuring.session.system
    tags = (*(("classic",) if is_own else ()), f"depth={depth}")
    types = ("ANY",) if resolver.engine == "getaddrinfo" else ("A", "AAAA")
    diary = measuring.resolving if resolver.engine in _OVER_STREAMS else measuring.diary
    lookups: list[Lookup] = await asyncio.gather(
        *(ask(diary.trace(*tags), resolver, host, query_type, trust=measuring.session.trust) for query_type in types)
    )
    if diary is not measuring.diary:
        for lookup in lookups:
            diary.acts.remove(lookup)
        measuring.diary.acts.extend(lookups)
    return [address for lookup in lookups for address in lookup.addresses]
