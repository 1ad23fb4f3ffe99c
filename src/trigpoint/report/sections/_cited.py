"""Tables of statements, each with the source that printed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.record.load import cited
from trigpoint.report.page_table import Column, PageTable, page_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trigpoint.report.edition import Edition

SOURCE = (Column("source", "Source", "measured"), Column("said", "Said", "day"), Column("url", "Address", "measured"))
"""Columns that say who printed a statement, when, and where."""
SECOND_HAND = "second hand"


def source(name: str) -> dict[str, str]:
    """Give the values of :data:`SOURCE` for a source of the record; an empty name gives empty ones."""
    if not name:
        return {"source": "", "said": "", "url": ""}
    found = cited(name)
    hand = f" ({SECOND_HAND})" if found.is_second_hand else ""
    return {"source": f"{found.organisation}: {found.title}{hand}", "said": found.published, "url": found.url}


def told(
    name: str, caption: str, edition: Edition, columns: Sequence[Column], rows: Iterable[Mapping[str, object]]
) -> PageTable:
    """Lay out statements; a row has a value for each column, as text."""
    schema = dict.fromkeys((column.name for column in columns), pl.String())
    frame = pl.DataFrame([{key: str(row[key]) for key in schema} for row in rows], schema=schema)
    return page_table(name, caption, frame, columns, edition.links)
