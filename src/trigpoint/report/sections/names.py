"""Top-level domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.needs import DOMAINS
from trigpoint.report.section import Section
from trigpoint.report.sections._tables import has_any, newest, newest_first

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = ("tlds", "cctlds", "idn_tlds")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    return (newest_first(edition, "names", "Top-level domains, newest first", _METRICS),)


def _values(edition: Edition) -> Values:
    return newest(edition, _METRICS)


SECTION = Section(
    order=30,
    id="names",
    chapter="resources",
    title="Names",
    template="names.html",
    tables=_tables,
    values=_values,
    has=has_any(*_METRICS),
    needs=(DOMAINS,),
)
