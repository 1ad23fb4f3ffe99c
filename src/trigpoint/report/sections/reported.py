"""Reported, not measured: what others published on blocking and shutdowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.record.load import findings
from trigpoint.report.figure_table import figure_table
from trigpoint.report.language import N_, country, ranged
from trigpoint.report.page_table import Column
from trigpoint.report.section import Need, Section
from trigpoint.report.sections._cited import SOURCE, source, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.figures.record.load import Finding
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_COLUMNS = (
    Column("what", "What was reported blocked", "told"),
    Column("how", "How", "told"),
    Column("period", "When", "day"),
    Column("by", "By whom", "told"),
    *SOURCE,
)
_PLACE = Column("place", "Where", "measured")
_SHUTDOWNS = ("shutdown_hours", "shutdowns_listed", "shutdowns_reported", "shutdown_countries_reported")


def _reported(edition: Edition) -> Sequence[Finding]:
    """Give what was reported of the country; in the report on the world everything, by country."""
    if not edition.is_world:
        return findings().of(edition.subject)
    return [one for code in sorted({one.country for one in findings().finding}) for one in findings().of(code)]


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    rows = [
        {
            "what": one.what,
            "place": country(one.country),
            "how": one.how,
            "period": ranged(one.period),
            "by": one.by,
            **source(one.source),
        }
        for one in _reported(edition)
    ]
    columns = (_PLACE, *_COLUMNS) if edition.is_world else _COLUMNS
    shutdowns = [figure for metric in _SHUTDOWNS for figure in reversed(edition.series(metric))]
    return (
        told("reported", "Blocking that others reported, the newest first", edition, columns, rows),
        figure_table("shutdowns", "Shutdowns that others listed or counted, the newest first", edition, shutdowns),
    )


_NEEDS = (
    Need(
        what=N_("hours with a shutdown, by year"),
        source=N_("a curated list of your own, such as that of Access Now or of IODA"),
        command="trigpoint report CC --data DIR --to DIR",
    ),
)


def _values(edition: Edition) -> Values:
    return {"needs": () if edition.series("shutdown_hours") else _NEEDS}


SECTION = Section(
    order=8,
    id="reported",
    chapter="openness",
    title="Reported, not measured",
    template="reported.html",
    tables=_tables,
    values=_values,
    has=lambda edition: edition.has_statistics,
)
