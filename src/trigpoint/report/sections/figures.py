"""The summary: the figures that say most, each with its evidence, and what would fill the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.figure_table import figure_table
from trigpoint.report.needs import DELEGATIONS, PAYLOADS, ROOTS
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

MOST = 12
"""Figures of a summary."""
_METRICS = (
    "internet_users_share", "internet_users", "internet_users_growth", "internet_users_projected",
    "internet_users_distance", "ipv4_addresses", "ipv4_per_head", "ipv4_gini", "asns", "asns_gini", "root_instances",
    "root_sites", "index.per_head.median_rank", "index.total.median_rank", "rpki_coverage", "tlds", "cctlds",
    "internet_users_of_world", "ipv4_of_world", "country_domains", "population", "ipv4_per_user", "idn_tlds",
    "ipv6_blocks",
)  # fmt: skip
"""What a summary takes, the most telling first, as far as it is known."""
_NEEDED = {"asns": DELEGATIONS, "root_instances": ROOTS, "vrps": PAYLOADS}
"""Of figures that no extract may hold, by metric, what brings them."""
_MEASURED = ("blocking.targets", "coverage.targets", "coverage.networks")
"""What it takes of a survey before them."""


def chosen(edition: Edition) -> list[Figure]:
    """Give the figures of the summary."""
    own = [edition.ledger[name] for name in _MEASURED if name in edition.ledger]
    known = (edition.newest(metric) for metric in _METRICS)
    return [*own, *(figure for figure in known if figure is not None)][:MOST]


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    return (figure_table("summary", "The figures of the summary", edition, chosen(edition)),)


def _values(edition: Edition) -> Values:
    figures = chosen(edition)
    needs = [need for metric, need in _NEEDED.items() if not edition.ledger.of(metric)]
    return {"tiles": figures, "is_short": len(figures) < MOST, "needs": needs}


SECTION = Section(
    order=10,
    id="figures",
    chapter="summary",
    title="Key figures",
    template="figures.html",
    tables=_tables,
    values=_values,
)
