"""Evidence of the figures of statistics: a page for each family, a row for each figure with all that it stands on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from trigpoint.report.amounts import amount, flags_of, interval
from trigpoint.report.language import N_, gettext, phrase
from trigpoint.report.pages import page
from trigpoint.report.rows import evidence_of, family_of, is_counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition

FEWEST = 3
"""Figures that stand on the same, for a table of their own."""
MOST_INPUTS = 12
"""Inputs of a figure that its page names; ``report.json`` has all."""


class Given(msgspec.Struct, frozen=True):
    """One input of a figure."""

    id: str
    href: str
    """From the folder of evidence."""


HEADS: Mapping[str, str] = MappingProxyType(
    {
        "label": N_("What"),
        "period": N_("Period"),
        "interval": N_("Interval"),
        "kind": N_("Kind of interval"),
        "unit": N_("Unit"),
        "vintage": N_("Said"),
        "transformation": N_("Computed by"),
        "inputs": N_("From"),
        "sources": N_("Sources"),
        "licence": N_("Licence"),
        "flags": N_("Flags"),
    }
)
"""What the page tells of a figure beside its id and value, with the heading of each."""
_SHARED = ("label", "unit", "vintage", "transformation", "sources", "licence", "flags")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, as its page of evidence shows it."""

    id: str
    value: str
    told: Mapping[str, str]
    """What is told of it, by the keys of :data:`HEADS`; of inputs and sources what names them."""
    inputs: tuple[Given, ...]
    """The first :data:`MOST_INPUTS`."""
    is_cut: bool
    """Whether there are more."""
    sources: tuple[str, ...]
    """SHA-256 (hex) of each."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Figures that stand on the same."""

    entries: tuple[Entry, ...]
    alike: Mapping[str, str]
    """What is told once, with its heading."""
    heads: Mapping[str, str]
    """What is told of each, with its heading."""


def figure_pages(edition: Edition) -> Iterator[tuple[str, str]]:
    """Give path and text of each page, and that of the sources."""
    by_family: dict[str, list[Figure]] = defaultdict(list)
    for figure in edition.ledger:
        if not is_counted(figure):
            by_family[family_of(figure)].append(figure)
    for family, figures in sorted(by_family.items()):
        path = evidence_of(figures[0]).split("#", 1)[0]
        entries = [_entry(figure, edition.ledger) for figure in figures]
        used = {name for figure in figures for name in figure.sources}
        records = [record for record in edition.ledger.records if record.sha256 in used]
        yield path, page("figures.html", edition, family=family, groups=_groups(entries), records=records, up="../")


def _groups(entries: Sequence[Entry]) -> list[Group]:
    """Put together what stands on the same: it is told once, since a country has hundreds of such figures."""
    found: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[tuple(entry.told[name] for name in _SHARED)].append(entry)
    paying = [own for own in found.values() if len(own) >= FEWEST]
    rest = [entry for own in found.values() if len(own) < FEWEST for entry in own]
    return [_group(own) for own in (*paying, rest) if own]


def _group(entries: Sequence[Entry]) -> Group:
    alike = [name for name in HEADS if len({entry.told[name] for entry in entries}) == 1]
    return Group(
        entries=tuple(entries),
        alike={name: HEADS[name] for name in alike if entries[0].told[name]},
        heads={name: head for name, head in HEADS.items() if name not in alike},
    )


def _entry(figure: Figure, ledger: Ledger) -> Entry:
    ends = interval(figure)
    return Entry(
        id=figure.id,
        value=amount(figure.value, figure.unit),
        told={
            "label": phrase(figure.label),
            "period": figure.period,
            "interval": ends,
            "kind": (figure.interval or "") if ends else "",
            "unit": phrase(figure.unit),
            "vintage": figure.vintage,
            "transformation": figure.transformation,
            "inputs": " ".join(figure.inputs),
            "sources": " ".join(figure.sources),
            "licence": figure.licence or gettext("not stated"),
            "flags": gettext(", ").join(flags_of(figure)),
        },
        inputs=tuple(
            Given(name, evidence_of(ledger[name]).removeprefix("evidence/")) for name in figure.inputs[:MOST_INPUTS]
        ),
        is_cut=len(figure.inputs) > MOST_INPUTS,
        sources=figure.sources,
    )
