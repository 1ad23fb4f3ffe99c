"""Where the share of Internet users is going, and how well the method did before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.language import ranged
from trigpoint.report.needs import USERS
from trigpoint.report.section import Section
from trigpoint.report.sections._tables import has_any, newest, newest_first

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = ("internet_users_projected", "internet_users_projected_error")


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    return (newest_first(edition, "projection", "Projected share of the people who use the Internet", _METRICS),)


def _values(edition: Edition) -> Values:
    error = edition.newest(_METRICS[1])
    return newest(edition, _METRICS) | {"tested": ranged(error.period) if error else ""}


SECTION = Section(
    order=20,
    id="projection",
    chapter="development",
    title="Where it is going",
    template="projection.html",
    tables=_tables,
    values=_values,
    has=has_any(_METRICS[0]),
    needs=(USERS,),
)
