"""Shares of tested targets with signs of blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.language import N_
from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_ROWS = ("data", "verdicts")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    columns = (
        Column("group", "By", "told"),
        Column("name", "Targets", "told"),
        Column("targets_with_signs", "With signs", "count", _ROWS),
        Column("targets_decided", "of targets decided", "count", _ROWS),
        Column("share", "Share", "share"),
        Column("share_low", "from", "share"),
        Column("share_high", "to", "share"),
        Column("targets_blocked", "Runs agree", "count", _ROWS),
        Column("networks_with_signs", "Networks with signs", "count", _ROWS),
        Column("networks", "of networks", "count", _ROWS),
        Column("targets", "Tested", "count", _ROWS),
    )
    caption = N_("Targets with signs of blocking among those decided, by category and mechanism")
    return (page_table("openness_shares", caption, edition.frame("openness_shares"), columns, edition.links),)


SECTION = Section(
    order=25,
    id="shares",
    chapter="openness",
    title="Share of targets with signs",
    template="shares.html",
    tables=_tables,
    has=is_measured,
)
