"""Mechanisms of blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_ROWS = ("mechanism", "mechanism")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    columns = (
        Column("mechanism", "Mechanism", "code", _ROWS),
        Column("meaning", "What is seen", "told"),
        Column("verdicts", "Verdicts", "count", _ROWS),
        Column("targets", "Targets", "count", _ROWS),
        Column("runs", "Runs", "count", _ROWS),
        Column("networks_with_signs", "Networks with signs", "count", _ROWS),
        Column("networks", "of networks measured", "count", ("data", "networks")),
        Column("first_seen", "First seen", "day"),
        Column("last_seen", "Last seen", "day"),
    )
    return (page_table("mechanisms", "Mechanisms of blocking", edition.frame("mechanisms"), columns, edition.links),)


SECTION = Section(
    order=50,
    id="mechanisms",
    chapter="openness",
    has=is_measured,
    title="Mechanisms",
    template="mechanisms.html",
    tables=_tables,
)
