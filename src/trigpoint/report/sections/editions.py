"""Governance: the conference, edition by edition, and where sources disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.record import load
from trigpoint.figures.record.edition import About, Saying
from trigpoint.report.figure_table import figure_table
from trigpoint.report.language import gettext as _
from trigpoint.report.language import ranged
from trigpoint.report.page_table import Column
from trigpoint.report.section import Section
from trigpoint.report.sections._cited import SOURCE, source, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable
    from trigpoint.report.section import Values

_METRICS = ("conference_editions", "conference_participants", "conference_countries")
_TOLD = (About.NAME, About.DAYS, About.THEME, About.ORGANISER, About.OUTCOME)
_EDITIONS = (
    Column("year", "Year", "day"),
    Column("name", "Name", "told"),
    Column("days", "Days", "day"),
    Column("theme", "Theme", "told"),
    Column("organiser", "Organiser", "told"),
    Column("outcome", "Outcome", "told"),
    Column("conflicts", "Sources disagree on", "told"),
    Column("sources", "Sources", "told"),
)
_CONFLICTS = (
    Column("year", "Year", "day"),
    Column("about", "On", "told"),
    Column("value", "What is said", "told"),
    Column("standing", "Standing", "told"),
    *SOURCE,
)


def _editions() -> Iterator[dict[str, object]]:
    for edition in reversed(load.editions()):
        first = {about: next(iter(edition.on(about)), None) for about in _TOLD}
        named = sorted({load.cited(saying.source).organisation for saying in edition.said})
        yield {
            "year": edition.year,
            **{about.value: ranged(saying.text) if saying else "" for about, saying in first.items()},
            "conflicts": _(", ").join(_(group[0].about.value) for group in edition.conflicts),
            "sources": _("; ").join(_(name) for name in named) or _("no source on record"),
        }


def _conflicts() -> Iterator[dict[str, object]]:
    for edition in reversed(load.editions()):
        for group in edition.conflicts:
            for saying in group:
                yield {
                    "year": edition.year,
                    "about": saying.about.value,
                    "value": _value(saying),
                    "standing": saying.standing.value,
                    **source(saying.source),
                }


def _value(saying: Saying) -> str:
    if saying.number is None or (saying.about is About.EDITION and saying.text):
        return ranged(saying.text)
    return f"{saying.bound} {saying.number:g}".strip()


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    own = {one.of for one in load.editions()}
    counted = [figure for metric in _METRICS for of in sorted(own) for figure in reversed(edition.series(metric, of))]
    return (
        told(
            "editions", "World Internet Conference, an edition a row, the newest first", edition, _EDITIONS, _editions()
        ),
        told("edition_conflicts", "Where sources disagree: all of them are kept", edition, _CONFLICTS, _conflicts()),
        figure_table("editions_counted", "Editions, participants and where they came from", edition, counted),
    )


def _values(edition: Edition) -> Values:
    own = sorted({one.of for one in load.editions()})
    return {metric: edition.newest(metric, own[0]) for metric in _METRICS}


SECTION = Section(
    order=10,
    id="editions",
    chapter="governance",
    title="The World Internet Conference",
    template="editions.html",
    tables=_tables,
    values=_values,
    has=lambda edition: edition.has_statistics,
)
