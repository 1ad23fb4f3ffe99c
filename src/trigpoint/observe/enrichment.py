"""Facts of addresses and certificates, beside the steps that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trigpoint.observe.certificates import CertificateMemory
from trigpoint.reference.addresses import facts_without_database
from trigpoint.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trigpoint.reference.addresses import AddressLookup

Facts: TypeAlias = "tuple[int | None, str | None, str | None, bool | None]"
"""The values of :class:`trigpoint.model.facts.AddressFacts` in its order."""

# Distinct addresses repeat far more than they differ; a hostile stream of new ones must not fill the memory.
_REMEMBERED_ADDRESSES = 50_000

_NO_ADDRESS: Facts = (None, None, None, None)


class Enrichment:
    """Facts of addresses and certificates, each looked up once as long as it is remembered."""

    def __init__(self, lookup: AddressLookup | None = None, limit: int = _REMEMBERED_ADDRESSES) -> None:
        """Look addresses up with ``lookup``; missing: only what the address itself tells."""
        self.has_database = lookup is not None
        self._lookup = lookup or facts_without_database
        self._facts = Remembered(self._look_up, limit)
        self.certificates = CertificateMemory()

    def _look_up(self, address: str | None) -> Facts:
        if address is None:
            return _NO_ADDRESS
        found = self._lookup(address)
        return found.asn, found.as_name, found.address_country, found.is_bogon

    def addresses(self, annotated: Iterable[tuple[str | None, int | None, str | None]]) -> Iterator[Facts]:
        """Give the facts of addresses, each with AS number and name as annotated, which fill what no database says."""
        known = self._facts
        for address, asn, name in annotated:
            facts = known[address]
            if facts[0] is None and (asn is not None or name is not None):
                yield asn, name, facts[2], facts[3]
            else:
                yield facts

    def resolvers(
        self, recorded: Iterable[tuple[str | None, int | None]]
    ) -> Iterator[tuple[int | None, str | None, str | None]]:
        """Give AS, its name and country of resolvers, each as address with port, and AS number as recorded."""
        return (self._resolver(*given) for given in recorded)

    def _resolver(self, resolver: str | None, recorded: int | None) -> tuple[int | None, str | None, str | None]:
        if resolver is None or "/" in resolver:  # a DoH URL names a host, not an address
            return recorded, None, None
        host, _, port = resolver.rpartition(":")
        address = host.strip("[]") if host and port.isdigit() and (host.count(":") == 0 or host[0] == "[") else resolver
        asn, name, country, _ = self._facts[address]
        return recorded if asn is None else asn, name, country
