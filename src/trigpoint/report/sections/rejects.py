"""Records that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_MOST = 50


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    where = (
        Column("path", "File", "measured"),
        Column("member", "Member", "measured"),
        Column("line", "Line", "count"),
    )
    columns = (*(() if edition.is_published else where), Column("reason", "Reason", "told"))
    frame = edition.frame("rejects")
    return (page_table("rejects", "Records that could not be read", frame, columns, edition.links, _MOST),)


SECTION = Section(
    order=90,
    id="rejects",
    chapter="annex",
    has=is_measured,
    title="Records that could not be read",
    template="rejects.html",
    tables=_tables,
)
