"""Censored Planet's Hyperquack, versions 1 and 2: https://docs.censoredplanet.org/http.html."""

from __future__ import annotations

from trigpoint.archive.censored_planet.hyperquack import measurement_of
from trigpoint.archive.censored_planet.shape import has_trials
from trigpoint.archive.format import Format


def unwrap(record: bytes) -> bytes:
    """Give the record as it is: nothing is wrapped around it."""
    return record


FORMAT = Format(name="hyperquack", recognises=has_trials, decode=measurement_of, unwrap=unwrap)
"""The declaration."""
