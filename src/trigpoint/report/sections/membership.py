"""Governance: who belongs to the conference since it is an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.record.load import members
from trigpoint.report.figure_table import figure_table
from trigpoint.report.language import country
from trigpoint.report.language import gettext as _
from trigpoint.report.page_table import Column
from trigpoint.report.section import Section
from trigpoint.report.sections._cited import SOURCE, source, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_FACTS = (Column("period", "When", "day"), Column("text", "What", "told"), *SOURCE)
_INITIATORS = (Column("name", "Founder", "told"), Column("seat", "Seat", "measured"), *SOURCE)
_ERRORS = (
    Column("quote", "What was written", "told"),
    Column("countries", "States that are named", "measured"),
    Column("why", "Why it cannot be so", "told"),
    *SOURCE,
)


def _counted(edition: Edition) -> Iterator[Figure]:
    for of in sorted({count.of for count in members().count}):
        for metric in ("conference_members", "conference_member_countries"):
            yield from reversed(edition.series(metric, of))
    seats = edition.countries("conference_initiators")
    yield from seats if edition.is_world else (one for one in seats if one.subject == edition.subject)


def _named(figure: Figure) -> str:
    is_seat = figure.metric == "conference_initiators"
    return _("{what}: {rest}").format(what=_(figure.label), rest=country(figure.subject)) if is_seat else figure.label


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    record = members()
    facts = [{"period": one.period, "text": one.text, **source(one.source)} for one in record.fact]
    founders = [
        {"name": one.name, "seat": country(one.seat) if one.seat else _("not on record"), **source(one.seat_source)}
        for one in record.initiator
    ]
    errors = [
        {
            "quote": f"“{one.quote}”",
            "countries": _(", ").join(country(name) for name in one.names),
            "why": one.why,
            **source(one.source),
        }
        for one in record.category_error
    ]
    return (
        figure_table("members", "Members, as the organisation counts them", edition, _counted(edition), what=_named),
        told("member_facts", "What else is on record of membership", edition, _FACTS, facts),
        told(
            "founders", "Founders, and the country of their seat where a source says so", edition, _INITIATORS, founders
        ),
        told("category_errors", "Statements that take members for states", edition, _ERRORS, errors),
    )


SECTION = Section(
    order=20,
    id="membership",
    chapter="governance",
    title="Who belongs to it",
    template="membership.html",
    tables=_tables,
    has=lambda edition: edition.has_statistics,
)
