"""Routing: what is announced, and what route origin authorisations cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.needs import DELEGATIONS, PAYLOADS, ROUTES
from trigpoint.report.section import Section
from trigpoint.report.sections._tables import has_any, newest, newest_first

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = (
    "rpki_coverage", "ipv4_in_roas", "vrps", "routed_ipv4_prefixes", "routed_ipv6_prefixes", "origin_asns",
)  # fmt: skip


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    return (newest_first(edition, "routing", "Routing and its authorisations, newest first", _METRICS),)


def _values(edition: Edition) -> Values:
    return newest(edition, _METRICS)


SECTION = Section(
    order=40,
    id="routing",
    chapter="resources",
    title="Routing",
    template="routing.html",
    tables=_tables,
    values=_values,
    has=has_any(*_METRICS),
    needs=(PAYLOADS, DELEGATIONS, ROUTES),
)
