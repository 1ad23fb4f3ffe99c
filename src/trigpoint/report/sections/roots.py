"""Root name servers: sites and instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.needs import ROOTS
from trigpoint.report.section import Section
from trigpoint.report.sections._tables import has_any, newest, newest_first, ranking

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = ("root_instances", "root_sites", "root_instances_per_head")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    return (
        newest_first(edition, "roots", "Root name servers, newest first", _METRICS),
        ranking(edition, "roots_countries", "Instances of root name servers, by country", "root_instances"),
    )


def _values(edition: Edition) -> Values:
    return newest(edition, _METRICS)


SECTION = Section(
    order=20,
    id="roots",
    chapter="resources",
    title="Root name servers",
    template="roots.html",
    tables=_tables,
    values=_values,
    has=has_any(*_METRICS),
    needs=(ROOTS,),
)
