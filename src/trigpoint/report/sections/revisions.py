"""Revisions: what sources said of the same thing before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.figure_table import Line, side_by_side
from trigpoint.report.language import N_, phrase
from trigpoint.report.language import gettext as _
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable


def _lines(edition: Edition) -> list[Line]:
    """Give a row for each older vintage of the subject, with the newest beside it."""
    older = [figure for figure in edition.ledger.of("") if "older vintage" in figure.flags]
    found = [(figure, figure.id.split("@", 1)[0]) for figure in older]
    return [
        Line(_called(figure), (edition.ledger[newest], figure)) for figure, newest in found if newest in edition.ledger
    ]


def _called(figure: Figure) -> str:
    return _("{what}, {period} ({vintage})").format(
        what=phrase(figure.label), period=figure.period, vintage=figure.vintage
    )


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    heads = (("newest", N_("Newest")), ("earlier", N_("Said earlier")))
    return (side_by_side("revisions", "What was said of the same thing", edition, heads, _lines(edition)),)


SECTION = Section(
    order=50,
    id="revisions",
    chapter="annex",
    title="Revisions",
    template="revisions.html",
    tables=_tables,
    has=lambda edition: bool(_lines(edition)),
)
