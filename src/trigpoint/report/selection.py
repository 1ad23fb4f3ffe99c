"""Which figures of all statistics stand in a report: those of its subject and the world, and what it compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.figure import WORLD
from trigpoint.model.series import WHOLES
from trigpoint.reference.countries import COUNTRIES

if TYPE_CHECKING:
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure

COMPARED = (
    "conference_initiators",
    "internet_users_share",
    "ipv4_addresses",
    "ipv4_per_head",
    "population",
    "root_instances",
)
"""Metrics of which the newest figure of each country is taken: for maps, rankings and charts of all countries."""
RANKED = ("asns", "country_domains", "internet_users")
"""Metrics of which the report on the world ranks countries, and nothing else is drawn."""
INDICES = ("index.per_head.median_rank", "index.total.median_rank")
"""Metrics of which all reports rank countries; who is first in one stands with its rank in both."""
MOST_RANKED = 25
"""Countries of such a ranking: those with the greatest values, or the first ranks."""

GREATEST = 12
"""Countries of which more is taken: those with the greatest values."""
OF_GREATEST = (
    ("population", "internet_users_share"),
    *(("root_instances", f"root_instances_{letter}") for letter in sorted(WHOLES["roots"])),
)
"""By which metric countries are great, and the metric of which every figure of them is taken."""


def selected(ledger: Ledger, subject: str) -> list[str]:
    """Give the ids of the figures that a report on a subject takes; what they were computed from comes with them.

    Cited facts and claims, and figures of what is no country, such as a conference, stand in every report.
    """
    own = [
        figure.id
        for figure in ledger
        if figure.subject == subject or figure.subject not in COUNTRIES or figure.id.startswith(("cited.", "claim."))
    ]
    return [
        *own,
        *(figure.id for metric in RANKED if subject == WORLD for figure in _ranked(ledger, metric)),
        *(figure.id for figure in _first_in_either(ledger)),
        *(figure.id for metric in COMPARED for figure in _newest(ledger.of(metric))),
        *(figure.id for by, metric in OF_GREATEST for figure in _of(ledger, metric, greatest(ledger, by, GREATEST))),
    ]


def greatest(ledger: Ledger, metric: str, count: int) -> list[str]:
    """Give the countries with the greatest newest values of a metric, greatest first."""
    newest = [figure for figure in _newest(ledger.of(metric)) if figure.subject != WORLD]
    return [one.subject for one in sorted(newest, key=lambda one: (-float(one.value or 0), one.subject))[:count]]


def _ranked(ledger: Ledger, metric: str) -> list[Figure]:
    chosen = greatest(ledger, metric, MOST_RANKED)
    return [figure for figure in _newest(ledger.of(metric)) if figure.subject in chosen]


def _first_in_either(ledger: Ledger) -> list[Figure]:
    ranks = [_newest(ledger.of(metric)) for metric in INDICES]
    first = {one.subject for found in ranks for one in sorted(found, key=_rank)[:MOST_RANKED]}
    return [one for found in ranks for one in found if one.subject in first]


def _rank(figure: Figure) -> tuple[float, str]:
    return float(figure.value or 0), figure.subject


def _of(ledger: Ledger, metric: str, subjects: list[str]) -> list[Figure]:
    return [figure for figure in ledger.of(metric) if figure.subject in subjects]


def _newest(figures: list[Figure]) -> list[Figure]:
    found = {figure.subject: figure for figure in sorted(figures, key=lambda one: (one.period, one.id))}
    return list(found.values())
