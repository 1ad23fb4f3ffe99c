"""Sources of statistics: who says so, under which licence, as of when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.report.figure_table import LICENCE_UNSTATED
from trigpoint.report.language import N_
from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_COLUMNS = (
    Column("organisation", "Organisation", "told"),
    Column("series", "Series", "told"),
    Column("vintage", "Said", "day"),
    Column("licence", "Licence", "told"),
    Column("retrieved", "Fetched", "day"),
    Column("url", "Address", "measured"),
    Column("sha256", "SHA-256", "hash"),
)
_SCHEMA = pl.Schema({column.name: pl.String() for column in _COLUMNS})
_MOST = 500


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    rows = [msgspec.structs.asdict(record) for record in edition.ledger.records]
    frame = pl.DataFrame(rows, schema=_SCHEMA).with_columns(pl.col("licence").fill_null(LICENCE_UNSTATED))
    caption = N_("Files, answers and documents that published figures stand on")
    return (page_table("statistics_sources", caption, frame, _COLUMNS, limit=_MOST),)


SECTION = Section(
    order=40,
    id="statistics_sources",
    chapter="annex",
    title="Sources and licences",
    template="sources.html",
    tables=_tables,
    has=lambda edition: bool(edition.ledger.records),
)
