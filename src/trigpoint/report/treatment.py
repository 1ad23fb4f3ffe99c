"""How sources treat Hong Kong, Macao and Taiwan: told from what they list, on every table that is affected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from trigpoint.reference.countries import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

TERRITORIES = ("HK", "MO", "TW")
"""What sources treat in different ways."""
FEWEST = 10
"""Countries that a source lists at least: what names a few says nothing by those that it leaves out."""
AFFECTED = frozenset({"CN", *TERRITORIES})
"""Subjects whose figures depend on it."""


class Treatment(msgspec.Struct, frozen=True, kw_only=True):
    """What one source lists apart from China."""

    organisation: str
    series: str
    apart: tuple[str, ...]
    """Of :data:`TERRITORIES`, those with a number of their own."""
    absent: tuple[str, ...]
    """Those without."""


Treatments = Mapping[str, Treatment]
"""By the SHA-256 of the source."""


def treatments(ledger: Ledger) -> Treatments:
    """Tell of each source that lists China what it lists beside it.

    Args:
        ledger: the whole of it, since a report takes a part of the countries.

    """
    listed: dict[str, set[str]] = defaultdict(set)
    for figure in ledger:
        if figure.subject in COUNTRIES and not figure.inputs and figure.metric:
            for sha256 in figure.sources:
                listed[sha256].add(figure.subject)
    return {
        record.sha256: Treatment(
            organisation=record.organisation,
            series=record.series,
            apart=tuple(code for code in TERRITORIES if code in listed[record.sha256]),
            absent=tuple(code for code in TERRITORIES if code not in listed[record.sha256]),
        )
        for record in ledger.records
        if "CN" in listed[record.sha256] and len(listed[record.sha256]) >= FEWEST
    }


def affecting(known: Treatments, figures: Iterable[Figure]) -> tuple[Treatment, ...]:
    """Give the treatments by the sources of those figures that depend on them, in their order."""
    used = {sha256 for figure in figures if figure.subject in AFFECTED for sha256 in figure.sources}
    found = {known[sha256] for sha256 in used if sha256 in known}
    return tuple(sorted(found, key=lambda one: (one.organisation, one.series)))
