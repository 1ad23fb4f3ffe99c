"""Evidence of the figures of statistics: a page for each metric, a row for each figure with all that it stands on."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.figure import Figure
from trigpoint.report.amounts import amount, interval
from trigpoint.report.pages import page
from trigpoint.report.rows import evidence_of, is_counted, metric_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.figures.ledger import Ledger
    from trigpoint.report.edition import Edition

MOST_INPUTS = 12
"""Inputs of a figure that its page names; ``report.json`` has all."""


class Given(msgspec.Struct, frozen=True):
    """One input of a figure."""

    id: str
    href: str
    """From the top folder of the report."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, as its page of evidence shows it."""

    figure: Figure
    value: str
    interval: str
    inputs: tuple[Given, ...]
    """The first :data:`MOST_INPUTS`."""


def figure_pages(edition: Edition) -> Iterator[tuple[str, str]]:
    """Give path and text of each page, and that of the sources."""
    by_metric: dict[str, list[Figure]] = defaultdict(list)
    for figure in edition.ledger:
        if not is_counted(figure):
            by_metric[metric_of(figure)].append(figure)
    for metric, figures in sorted(by_metric.items()):
        path = evidence_of(figures[0]).split("#", 1)[0]
        entries = [_entry(figure, edition.ledger) for figure in figures]
        used = {name for figure in figures for name in figure.sources}
        records = [record for record in edition.ledger.records if record.sha256 in used]
        yield path, page("figures.html", edition, metric=metric, entries=entries, records=records, up="../")


def _entry(figure: Figure, ledger: Ledger) -> Entry:
    return Entry(
        figure=figure,
        value=amount(figure.value, figure.unit),
        interval=interval(figure),
        inputs=tuple(Given(name, evidence_of(ledger[name])) for name in figure.inputs[:MOST_INPUTS]),
    )
