"""Licences of the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.report.figure_table import LICENCE_UNSTATED
from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_COLUMNS = (
    Column("licence", "Licence", "words"),
    Column("organisation", "Organisation", "words"),
    Column("series", "Series", "words"),
)
_SCHEMA = pl.Schema({column.name: pl.String() for column in _COLUMNS})


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    rows = {
        (record.licence or LICENCE_UNSTATED, record.organisation, record.series) for record in edition.ledger.records
    }
    frame = pl.DataFrame(sorted(rows), schema=_SCHEMA, orient="row")
    return (page_table("licences", "Licence of each source", frame, _COLUMNS),)


SECTION = Section(
    order=45,
    id="licences",
    chapter="annex",
    title="Licences",
    template="licences.html",
    tables=_tables,
    has=lambda edition: bool(edition.ledger.records),
)
