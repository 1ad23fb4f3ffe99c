"""Networks compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured
from trigpoint.report.sections._states import counts

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_ROWS = ("network", "network")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    columns = (
        Column("network", "Network", "network", _ROWS),
        Column("network_name", "Name", "measured"),
        Column("runs", "Runs", "count", _ROWS),
        Column("targets", "Targets", "count", _ROWS),
        Column("targets_with_signs", "with signs", "count", _ROWS),
        Column("targets_undecided", "not decided", "count", _ROWS),
        Column("verdicts", "Verdicts", "count", _ROWS),
        *counts("network", "network"),
        Column("share", "Share with signs", "share", _ROWS),
        Column("share_low", "95 % from", "share", _ROWS),
        Column("share_high", "to", "share", _ROWS),
    )
    return (page_table("networks", "Networks compared", edition.frame("networks"), columns, edition.links),)


SECTION = Section(
    order=60,
    id="networks",
    chapter="openness",
    has=is_measured,
    title="Networks compared",
    template="networks.html",
    tables=_tables,
)
