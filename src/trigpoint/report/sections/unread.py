"""What could not be read of statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    frame = pl.DataFrame({"reject": list(edition.rejects)}, schema={"reject": pl.String()})
    columns = (Column("reject", "File, place and reason", "told"),)
    return (page_table("unread", "Entries of statistics that could not be used", frame, columns),)


SECTION = Section(
    order=55,
    id="unread",
    chapter="annex",
    title="What could not be read",
    template="unread.html",
    tables=_tables,
    has=lambda edition: edition.has_statistics,
)
