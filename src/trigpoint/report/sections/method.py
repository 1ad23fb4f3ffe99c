"""Method, versions, hashes, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_MOST = 50


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    path = () if edition.is_published else (Column("path", "File", "measured"),)
    digest = () if edition.is_published else (Column("sha256", "SHA-256", "hash"),)
    columns = (
        *path,
        Column("format", "Format", "code"),
        Column("measurements_of_country", "Measurements used", "count", ("data", "measurements")),
        Column("measurements", "of read", "count", ("data", "measurements")),
        Column("duplicates", "Duplicates", "count"),
        Column("rejects", "Rejects", "count", ("data", "rejects")),
        *digest,
    )
    frame = edition.frame("sources")
    return (page_table("sources", "Source files of the survey", frame, columns, edition.links, _MOST),)


SECTION = Section(
    order=60,
    id="method",
    chapter="annex",
    has=is_measured,
    title="How measurements were judged",
    template="method.html",
    tables=_tables,
)
