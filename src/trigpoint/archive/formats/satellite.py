"""Censored Planet's Satellite, versions 1 to 2.2: https://docs.censoredplanet.org/dns.html."""

from __future__ import annotations

from trigpoint.archive.censored_planet.satellite import measurement_of
from trigpoint.archive.censored_planet.scan import gather
from trigpoint.archive.censored_planet.shape import has_lookups
from trigpoint.archive.format import Format


def unwrap(record: bytes) -> bytes:
    """Give the record as it is; what other files of the scan say of it was added under ``beside``."""
    return record


FORMAT = Format(name="satellite", recognises=has_lookups, decode=measurement_of, unwrap=unwrap, beside=gather)
"""The declaration."""
