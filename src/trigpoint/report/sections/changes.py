"""What changed since an earlier edition, split by why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.changes import Cause
from trigpoint.report.figure_table import Line, side_by_side
from trigpoint.report.language import N_, phrase
from trigpoint.report.language import gettext as _
from trigpoint.report.section import Need, Section

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_CAPTIONS = {
    Cause.WORLD: N_("The world changed"),
    Cause.REVISED: N_("The source revised"),
    Cause.SOURCE: N_("New source"),
    Cause.METHOD: N_("Method"),
}
_HEADS = (("before", N_("Before")), ("after", N_("Now")), ("difference", N_("Difference")))


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    return tuple(
        side_by_side(f"changes_{cause}", caption, edition, _HEADS, _lines(edition, cause))
        for cause, caption in _CAPTIONS.items()
    )


def _lines(edition: Edition, cause: Cause) -> list[Line]:
    found = [one for one in edition.differences or () if one.cause is cause]
    return [
        Line(_called(known), (one.before, one.after, one.difference))
        for one in found
        if (known := one.after or one.before) is not None
    ]


def _called(figure: Figure) -> str:
    return _("{what}, {period}").format(what=phrase(figure.label), period=figure.period)


SECTION = Section(
    order=20,
    id="changes",
    chapter="summary",
    title="What changed, and why",
    template="changes.html",
    tables=_tables,
    has=lambda edition: edition.differences is not None,
    needs=(
        Need(
            what=N_("an earlier edition of this report"),
            source=N_("your own"),
            command="trigpoint report SUBJECT --compare PREVIOUS --to REPORT",
        ),
    ),
)
