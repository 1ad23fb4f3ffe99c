"""How sources treat Hong Kong, Macao and Taiwan: told from what they list, on every map and table that is affected."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.claims.facts import base
from trigpoint.reference.countries import COUNTRIES
from trigpoint.report.language import country, sentences
from trigpoint.report.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

TERRITORIES = ("HK", "MO", "TW")
"""What sources treat in different ways."""
FEWEST = 10
"""Countries that a source lists at least: what names a few says nothing by those that it leaves out."""
AFFECTED = frozenset({"CN", *TERRITORIES})
"""Subjects whose figures depend on it."""
_OF_ORGANISATIONS = "conference_"
"""What metrics begin with that count organisations and guests of a conference, and no territory."""


class Treatment(msgspec.Struct, frozen=True, kw_only=True):
    """What one source lists apart from China."""

    organisation: str
    series: str
    apart: tuple[str, ...]
    """Of :data:`TERRITORIES`, those with a number of their own."""
    absent: tuple[str, ...]
    """Those that it leaves out, though it lists the countries of the world."""
    unsaid: tuple[str, ...]
    """Those of which it does not say whether they are counted with China."""


Treatments = Mapping[str, Treatment]
"""By the SHA-256 of the source."""


def treatments(ledger: Ledger) -> Treatments:
    """Tell of each source with a number of China, or of one of :data:`TERRITORIES`, what it lists.

    Args:
        ledger: the whole of it, since a report takes a part of the countries.

    """
    listed: dict[str, set[str]] = defaultdict(set)
    parts = _parts()
    for figure in ledger:
        if figure.subject in COUNTRIES and not figure.inputs and not figure.metric.startswith(_OF_ORGANISATIONS):
            for sha256 in figure.sources:
                listed[sha256] |= {figure.subject, *parts.get(figure.id, ())}
    found = {record.sha256: record for record in ledger.records if listed.get(record.sha256, set()) & AFFECTED}
    return {sha256: _treatment(record.organisation, record.series, listed[sha256]) for sha256, record in found.items()}


def _parts() -> Mapping[str, Collection[str]]:
    """Give the countries that cited numbers are told of apart, such as where attacks came from, by figure."""
    parts: dict[str, set[str]] = defaultdict(set)
    for fact in base().facts:
        if fact.object:
            parts[fact.figure].add(fact.object)
    return parts


def _treatment(organisation: str, series: str, listed: set[str]) -> Treatment:
    missing = tuple(code for code in TERRITORIES if code not in listed)
    is_of_the_world = "CN" in listed and len(listed) >= FEWEST
    return Treatment(
        organisation=organisation,
        series=series,
        apart=tuple(code for code in TERRITORIES if code in listed),
        absent=missing if is_of_the_world else (),
        unsaid=() if is_of_the_world else missing,
    )


def affecting(known: Treatments, figures: Iterable[Figure], ledger: Ledger) -> tuple[Treatment, ...]:
    """Give the treatments by the sources of those figures that depend on them, in their order.

    A figure depends on it that is of China or of one of :data:`TERRITORIES`, or was computed from such a one, as a sum
    and an inequality of all countries are.
    """
    used = {sha256 for figure in figures if _depends(figure, ledger) for sha256 in figure.sources}
    found = {known[sha256] for sha256 in used if sha256 in known}
    return tuple(sorted(found, key=lambda one: (one.organisation, one.series)))


def _depends(figure: Figure, ledger: Ledger) -> bool:
    if figure.metric.startswith(_OF_ORGANISATIONS):
        return False
    given = (ledger[name].subject for name in figure.inputs if name in ledger)
    return figure.subject in AFFECTED or any(subject in AFFECTED for subject in given)


def told(entries: Sequence[Treatment], *, has_series: bool = False) -> str:
    """Say each source's own treatment, sources that treat alike together; empty where there is none.

    Args:
        entries: the sources.
        has_series: whether series are named beside organisations.

    """
    if not entries:
        return ""
    ways = {(entry.organisation, entry.apart, entry.absent, entry.unsaid) for entry in entries}
    several = {name for name, count in Counter(way[0] for way in ways).items() if count > 1}
    said = [_("Hong Kong, Macao and Taiwan are labels of sources here, not a statement on their status.")]
    for text, field in (
        (_("{names} listed apart from China: {sources}."), "apart"),
        (_("{names} not listed: {sources}."), "absent"),
        (_("Whether {names} are counted with China is not said: {sources}."), "unsaid"),
    ):
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for entry in entries:
            named = _(entry.organisation)
            if has_series or entry.organisation in several:
                named = _("{organisation}, {series}").format(organisation=named, series=entry.series)
            groups[getattr(entry, field)] += [named] if named not in groups[getattr(entry, field)] else []
        said += [
            text.format(names=_(", ").join(country(code) for code in codes), sources=_("; ").join(names))
            for codes, names in sorted(groups.items())
            if codes
        ]
    return sentences(*said)
