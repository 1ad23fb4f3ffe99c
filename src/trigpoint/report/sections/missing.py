"""Every indicator: what it asks, how it is computed, and what it needs where there is no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.indicator import all_indicators, needed
from trigpoint.reference.countries import COUNTRIES
from trigpoint.report.language import gettext as _
from trigpoint.report.language import phrase
from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_COLUMNS = (
    Column("indicator", "Indicator", "code"),
    Column("question", "Question", "told"),
    Column("method", "Method", "told"),
    Column("caveats", "To be known", "told"),
    Column("newest", "Newest figure", "day"),
    Column("needs", "Needs series of", "code"),
)
_SCHEMA = pl.Schema({column.name: pl.String() for column in _COLUMNS})


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    rows = [_row(edition, name) for name in all_indicators()]
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    missing, known = frame.filter(pl.col("newest") == ""), frame.filter(pl.col("newest") != "")
    return (
        page_table("missing", "Indicators without a figure here, and what they need", missing, _COLUMNS),
        page_table("indicators", "Indicators with a figure here", known, _COLUMNS),
    )


def _newest(edition: Edition, name: str) -> Figure | None:
    """Give the newest figure of the subject; of what no country has, such as the root, that of whatever has it."""
    known = [one for one in edition.ledger.of(name) if isinstance(one.value, int | float)]
    if any(one.subject in COUNTRIES for one in known):
        return edition.newest(name)
    return max(known, key=lambda one: (one.period, one.id), default=None)


def _row(edition: Edition, name: str) -> dict[str, str]:
    entry = all_indicators()[name]
    figure = edition.ledger.get(f"{entry.counted.name}.all") if entry.counted else _newest(edition, name)
    return {
        "indicator": name,
        "question": f"{entry.question}?",
        "method": entry.method,
        "caveats": _("; ").join(phrase(caveat) for caveat in entry.caveats),
        "newest": figure.period if figure else "",
        "needs": _("a survey of the country") if entry.counted else " ".join(needed(name)),
    }


SECTION = Section(
    order=20,
    id="missing",
    chapter="annex",
    title="Indicators and missing data",
    template="missing.html",
    tables=_tables,
    has=lambda edition: edition.has_statistics,
)
