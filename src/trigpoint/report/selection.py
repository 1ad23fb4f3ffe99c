"""Which figures of all statistics stand in a report: those of its subject and the world, and what it compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.figure import WORLD

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

COMPARED = (
    "asns",
    "index.per_head.median_rank",
    "index.total.median_rank",
    "internet_users",
    "internet_users_share",
    "ipv4_addresses",
    "ipv4_per_head",
    "population",
    "root_instances",
)
"""Metrics of which the newest figure of each country is taken: for maps, rankings and charts of all countries."""


def selected(ledger: Ledger, subject: str) -> list[str]:
    """Give the ids of the figures that a report on a subject takes; what they were computed from comes with them."""
    own = [figure.id for figure in ledger if figure.subject in {subject, WORLD} or figure.id.startswith("cited.")]
    return [*own, *(figure.id for metric in COMPARED for figure in _newest(ledger.of(metric)))]


def _newest(figures: list[Figure]) -> list[Figure]:
    found = {figure.subject: figure for figure in sorted(figures, key=lambda one: (one.period, one.id))}
    return list(found.values())
