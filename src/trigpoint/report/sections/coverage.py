"""What was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.page_table import Column, page_table
from trigpoint.report.section import Section, is_measured
from trigpoint.report.sections._states import counts

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_DAY = ("day", "day")
_TEST = ("nettest", "nettest")
_MOST_DAYS = 10


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    days = (
        Column("day", "Day", "day"),
        Column("measurements", "Measurements", "count", _DAY),
        Column("networks", "Networks", "count", _DAY),
        Column("verdicts", "Verdicts", "count", _DAY),
        *counts("day", "day"),
    )
    tests = (
        Column("nettest", "Test", "measured"),
        Column("measurements", "Measurements", "count", _TEST),
        Column("runs", "Runs", "count", _TEST),
        Column("targets", "Targets", "count", _TEST),
        Column("verdicts", "Verdicts", "count", _TEST),
        *counts("nettest", "nettest"),
    )
    latest = edition.frame("days").reverse()
    return (
        page_table("days", "Measurements and verdicts by day, latest first", latest, days, edition.links, _MOST_DAYS),
        page_table("nettests", "Measurements and verdicts by test", edition.frame("nettests"), tests, edition.links),
    )


SECTION = Section(
    order=20,
    id="coverage",
    chapter="openness",
    has=is_measured,
    title="What was measured",
    template="coverage.html",
    tables=_tables,
)
