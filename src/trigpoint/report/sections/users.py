"""People who use the Internet: share, number, growth, distance to the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.figure_table import figure_table
from trigpoint.report.language import N_
from trigpoint.report.needs import POPULATION, USERS
from trigpoint.report.section import Section
from trigpoint.report.sections._tables import by_period, has_any, newest, ranking

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = {
    "internet_users_share": N_("Share of the people"),
    "internet_users": N_("Users"),
    "internet_users_growth": N_("Growth within a year"),
    "internet_users_distance": N_("Share less that of the world"),
    "internet_users_of_world": N_("Share of the world's users"),
    "population": N_("People"),
}
"""Headings of the table by metric."""


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    prefix = f"internet_users_share.{edition.subject}."
    revised = [figure for figure in edition.ledger.of("") if figure.id.startswith(prefix)]
    own = (
        by_period(edition, "users", "People who use the Internet, newest year first", _METRICS),
        figure_table("users_vintages", "What was said of the same years at other times", edition, revised),
    )
    if not edition.is_world:
        return own
    return (
        *own,
        ranking(edition, "users_countries", "Countries with most people who use the Internet", "internet_users"),
    )


def _values(edition: Edition) -> Values:
    known = newest(edition, tuple(_METRICS))
    distance, growth = known["internet_users_distance"], known["internet_users_growth"]
    # Of the shares, those whose difference it is, and of the numbers the one that grew: newer ones may be at hand.
    share, world = (edition.ledger[name] for name in distance.inputs) if distance else (None, None)
    return {
        "newest": known,
        "share": share,
        "world": world,
        "before": edition.ledger[growth.inputs[1]] if growth else None,
    }


SECTION = Section(
    order=10,
    id="users",
    chapter="development",
    title="Who is online",
    template="users.html",
    tables=_tables,
    values=_values,
    has=has_any("internet_users_share"),
    needs=(USERS, POPULATION),
)
