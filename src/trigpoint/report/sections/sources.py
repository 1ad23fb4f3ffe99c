"""Sources of statistics: who says so, under which licence, as of when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.section import Values


def _values(edition: Edition) -> Values:
    return {"records": edition.ledger.records}


SECTION = Section(
    order=40,
    id="statistics_sources",
    chapter="annex",
    title="Sources of statistics",
    template="sources.html",
    values=_values,
    has=lambda edition: bool(edition.ledger.records),
)
