"""What cannot be measured from outside at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.record.load import findings
from trigpoint.report.language import N_
from trigpoint.report.page_table import Column
from trigpoint.report.section import Section
from trigpoint.report.sections._cited import SOURCE, source, told

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_COLUMNS = (Column("what", "What", "told"), *SOURCE)


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    rows = [{"what": one.what, **source(one.source)} for one in findings().unmeasurable]
    caption = N_("What cannot be measured from outside, and who says so where it does not follow of itself")
    return (told("unmeasurable", caption, edition, _COLUMNS, rows),)


SECTION = Section(
    order=95,
    id="unmeasurable",
    chapter="openness",
    title="What no measurement shows",
    template="unmeasurable.html",
    tables=_tables,
)
