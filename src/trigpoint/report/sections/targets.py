"""Targets with signs of blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_TARGET = ("target", "target")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    frame = edition.frame("blocked_targets")
    category = (Column("category", "Category", "measured"),) if frame["category"].str.len_chars().sum() else ()
    columns = (
        Column("target", "Target", "measured", _TARGET),
        *category,
        Column("mechanisms", "Mechanism", "code", ("mechanism", "")),
        Column("networks_with_signs", "Networks with signs", "count", _TARGET),
        Column("networks", "of networks measured", "count", _TARGET),
        Column("runs_with_signs", "Runs with signs", "count", _TARGET),
        Column("strength", "Seen in", "told"),
        Column("first_seen", "First seen", "day", _TARGET),
        Column("last_seen", "Last seen", "day", _TARGET),
        Column("blocked", "Verdicts with signs", "count", _TARGET),
        Column("verdicts", "of verdicts", "count", _TARGET),
        Column("insufficient", "Not decided", "count", _TARGET),
    )
    return (
        page_table(
            "blocked_targets", "Targets with signs of blocking, most networks first", frame, columns, edition.links
        ),
    )


SECTION = Section(
    order=30,
    id="targets",
    chapter="openness",
    has=is_measured,
    title="Targets with signs of blocking",
    template="targets.html",
    tables=_tables,
)
