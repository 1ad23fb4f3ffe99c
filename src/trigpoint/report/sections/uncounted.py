"""What was not counted as blocking, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_ROWS = ("explanation", "explanation")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    columns = (
        Column("explanation", "Explanation", "code", _ROWS),
        Column("meaning", "What it means", "told"),
        Column("verdicts", "Verdicts", "count", _ROWS),
        Column("insufficient", "Not decided", "count", _ROWS),
        Column("down", "Down", "count", _ROWS),
        Column("ok", "Reached", "count", _ROWS),
        Column("targets", "Targets", "count", _ROWS),
        Column("networks", "Networks", "count", _ROWS),
    )
    frame = edition.frame("uncounted")
    return (
        page_table("uncounted", "Verdicts without signs of blocking, by explanation", frame, columns, edition.links),
    )


SECTION = Section(
    order=80,
    id="uncounted",
    chapter="openness",
    has=is_measured,
    title="What was not counted as blocking, and why",
    template="uncounted.html",
    tables=_tables,
)
