"""Facts of addresses and certificates, beside the steps that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from trigpoint.observe.certificates import CertificateMemory
from trigpoint.reference.addresses import facts_without_database
from trigpoint.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.model.measurement import Measurement
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

    def addresses(
        self, addresses: list[str | None], asns: list[int | None], names: list[str | None]
    ) -> dict[str, list[Any]]:
        """Give the facts of addresses as columns; AS number and name as annotated fill what no database says."""
        found = list(map(self._facts.__getitem__, addresses))
        if self.has_database:
            names = [
                name if facts[0] is None and (asn is not None or name is not None) else facts[1]
                for facts, asn, name in zip(found, asns, names, strict=True)
            ]
            asns = [asn if facts[0] is None else facts[0] for facts, asn in zip(found, asns, strict=True)]
        return {
            "asn": asns,
            "as_name": names,
            "address_country": [facts[2] for facts in found],
            "is_bogon": [facts[3] for facts in found],
        }

    def placed(self, measurement: Measurement) -> Measurement:
        """Fill in the country and network of a remote measurement's vantage point, where they are not recorded."""
        if measurement.vantage_address is None or not self.has_database:
            return measurement
        asn, name, country, _ = self._facts[measurement.vantage_address]
        return replace(
            measurement,
            probe_cc=measurement.probe_cc or country,
            probe_asn=measurement.probe_asn or asn,
            probe_network=measurement.probe_network or name,
        )

    def resolvers(self, resolvers: Iterable[str | None], recorded: Iterable[int | None]) -> dict[str, list[Any]]:
        """Give AS, its name and country of resolvers, each as address with port, and AS number as recorded."""
        found = [self._resolver(*given) for given in zip(resolvers, recorded, strict=True)]
        return {
            "resolver_asn": [facts[0] for facts in found],
            "resolver_as_name": [facts[1] for facts in found],
            "resolver_country": [facts[2] for facts in found],
        }

    def _resolver(self, resolver: str | None, recorded: int | None) -> tuple[int | None, str | None, str | None]:
        if resolver is None or "/" in resolver:  # a DoH URL names a host, not an address
            return recorded, None, None
        host, _, port = resolver.rpartition(":")
        address = host.strip("[]") if host and port.isdigit() and (host.count(":") == 0 or host[0] == "[") else resolver
        asn, name, country, _ = self._facts[address]
        return recorded if asn is None else asn, name, country
