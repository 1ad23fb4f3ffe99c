"""Interference without blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_TARGET = ("target", "target")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    columns = (
        Column("target", "Target", "measured", _TARGET),
        Column("mechanism", "Interference", "code", ("interference", "")),
        Column("meaning", "What is seen", "told"),
        Column("verdicts", "Verdicts", "count", _TARGET),
        Column("networks", "Networks", "count", _TARGET),
        Column("first_seen", "First seen", "day", _TARGET),
        Column("last_seen", "Last seen", "day", _TARGET),
    )
    frame = edition.frame("interference")
    return (page_table("interference", "Interference without blocking", frame, columns, edition.links),)


SECTION = Section(
    order=70,
    id="interference",
    chapter="openness",
    has=is_measured,
    title="Interference without blocking",
    template="interference.html",
    tables=_tables,
)
