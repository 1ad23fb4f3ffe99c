"""People who use the Internet: share, number, growth, distance to the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.model.figure import WORLD
from trigpoint.report.figure_table import figure_table
from trigpoint.report.section import Need, Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = ("internet_users_share", "internet_users", "internet_users_growth", "internet_users_distance", "population")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    series = [figure for metric in _METRICS for figure in reversed(edition.series(metric))]
    revised = [
        figure for figure in edition.ledger.of("") if figure.id.startswith(f"internet_users_share.{edition.subject}.")
    ]
    return (
        figure_table("users", "People who use the Internet, newest first", edition, series),
        figure_table("users_vintages", "What the same source said earlier", edition, revised),
    )


def _values(edition: Edition) -> Values:
    return {
        "share": edition.newest("internet_users_share"),
        "world": None if edition.is_world else edition.newest("internet_users_share", WORLD),
        "users": edition.newest("internet_users"),
        "growth": edition.newest("internet_users_growth"),
        "distance": edition.newest("internet_users_distance"),
    }


def _has(edition: Edition) -> bool:
    return edition.newest("internet_users_share") is not None


SECTION = Section(
    order=10,
    id="users",
    chapter="development",
    title="Who is online",
    template="users.html",
    tables=_tables,
    values=_values,
    has=_has,
    needs=(
        Need(
            what="the share of people who use the Internet, and the population",
            source="World Bank, from the ITU",
            command="trigpoint figures update users population",
        ),
    ),
)
