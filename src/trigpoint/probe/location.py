"""Where the probe is, as far as a local database of addresses tells: network and country, and nothing finer (R10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.reference.address_plan import addresses_in

if TYPE_CHECKING:
    from pathlib import Path


class Location(msgspec.Struct, frozen=True):
    """Network and country, of a probe or of its resolver."""

    asn: int = 0
    """AS number. 0: unknown."""
    country: str = "ZZ"
    """ISO 3166-1 alpha-2. ``ZZ``: unknown."""
    network: str = ""
    """Name of the AS. Empty: unknown."""

    @property
    def asn_text(self) -> str:
        """The AS number as OONI writes it: ``AS0`` where it is unknown."""
        return f"AS{self.asn}"


NOWHERE = Location()
"""What is written where nothing is known."""


def locate(address: str | None, database: Path | None) -> Location:
    """Look the probe's address up. Nobody is asked: the address leaves the machine for no lookup.

    Args:
        address: public address of the probe, where it is known.
        database: file in MMDB, or an address plan, where there is one.

    Raises:
        InputError: the database cannot be read.

    """
    if database is None:
        return NOWHERE
    opened = addresses_in(database)
    if not address:
        return NOWHERE
    facts = opened.lookup(address)
    return Location(asn=facts.asn or 0, country=facts.address_country or "ZZ", network=facts.as_name or "")
