"""Addresses and AS numbers: in total, for each person, and how unequally."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.figure import WORLD
from trigpoint.report.needs import DELEGATIONS, POPULATION
from trigpoint.report.section import Section
from trigpoint.report.sections._tables import has_any, newest, newest_first, ranking

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = (
    "ipv4_addresses", "ipv4_of_world", "ipv4_per_head", "ipv4_per_user",
    "ipv6_blocks", "ipv6_per_head", "asns", "asns_per_head",
    "ipv4_gini", "asns_gini",
)  # fmt: skip


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    own = newest_first(edition, "addresses", "Addresses and AS numbers, newest first", _METRICS)
    if not edition.is_world:
        return (own,)
    return (
        own,
        ranking(edition, "addresses_total", "IPv4 addresses in total, by country", "ipv4_addresses"),
        ranking(edition, "addresses_per_head", "IPv4 addresses for each person, by country", "ipv4_per_head"),
    )


def _values(edition: Edition) -> Values:
    inequality = {name: edition.newest(name, WORLD) for name in ("ipv4_gini", "asns_gini")}
    return {"newest": newest(edition, _METRICS), "inequality": inequality}


SECTION = Section(
    order=10,
    id="addresses",
    chapter="resources",
    title="Addresses and AS numbers",
    template="addresses.html",
    tables=_tables,
    values=_values,
    has=has_any("ipv4_addresses", "asns"),
    needs=(DELEGATIONS, POPULATION),
)
