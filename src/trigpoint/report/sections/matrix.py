"""The matrix target x day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable


def _tables(_: Edition) -> tuple[PageTable, ...]:
    return ()


SECTION = Section(
    order=40,
    id="matrix",
    chapter="openness",
    has=is_measured,
    title="Targets day by day",
    template="matrix.html",
    tables=_tables,
)
