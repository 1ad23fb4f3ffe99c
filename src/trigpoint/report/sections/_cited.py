"""Tables of statements, each with the source that printed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.record.load import cited
from trigpoint.report.language import gettext as _
from trigpoint.report.page_table import Column, PageTable, page_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from trigpoint.report.edition import Edition

SOURCE = (Column("said", "Said", "day"), Column("printed", "Source", "printed"))
"""Columns that say when a statement was printed, by whom and where; the CSV has each apart."""
_APART = ("source", "title", "url", "is_second_hand")


def source(name: str) -> dict[str, str]:
    """Give what :data:`SOURCE` and the CSV show of a source of the record; an empty name gives empty values."""
    if not name:
        return dict.fromkeys(("said", "printed", *_APART), "")
    found = cited(name)
    hand = f" ({_('second hand')})" if found.is_second_hand else ""
    return {
        "said": found.published,
        "printed": f"{found.organisation}: {found.title}{hand}. {found.url}".strip(),
        "source": found.organisation,
        "title": found.title,
        "url": found.url,
        "is_second_hand": str(found.is_second_hand).lower(),
    }


def told(
    name: str, caption: str, edition: Edition, columns: Sequence[Column], rows: Iterable[Mapping[str, object]]
) -> PageTable:
    """Lay out statements; a row has a value for each column, as text."""
    apart = _APART if any(column.name == "printed" for column in columns) else ()
    schema = dict.fromkeys((*(column.name for column in columns), *apart), pl.String())
    frame = pl.DataFrame([{key: str(row[key]) for key in schema} for row in rows], schema=schema)
    return page_table(name, caption, frame, columns, edition.links)
