"""Claims: what was said in public, the figures that bear on it, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from trigpoint.figures.claims.check import subject_of
from trigpoint.figures.claims.facts import base
from trigpoint.figures.claims.held import assessed, deviation_of, name_of
from trigpoint.figures.claims.why import Why
from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES
from trigpoint.report.amounts import amount
from trigpoint.report.language import N_, country, phrase, ranged, reason
from trigpoint.report.language import gettext as _
from trigpoint.report.page_table import Cell, Column, PageTable, printed
from trigpoint.report.rows import evidence_of
from trigpoint.report.section import Section
from trigpoint.report.treatment import affecting, told

if TYPE_CHECKING:
    from trigpoint.figures.claims.check import Assessment
    from trigpoint.figures.claims.fit import Bearing
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition

_CLAIMS = (
    Column("quote", "What was said", "told"),
    Column("source", "By whom", "told"),
    Column("asof", "Of when", "day"),
    Column("claimed", "Claimed", "count"),
    Column("verdict", "Verdict", "told"),
    Column("why", "Why", "words"),
    Column("rule", "Rule", "text"),
)
_EVIDENCE = (
    Column("claim", "Claim", "told"),
    Column("fact", "Figure that bears on it", "told"),
    Column("period", "Of when", "day"),
    Column("value", "Value", "count"),
    Column("said", "Said", "day"),
    Column("source", "Source", "printed"),
    Column("off", "The claim against it", "count"),
    Column("role", "Role", "told"),
)


_Value: TypeAlias = "str | Why | Cell | Figure | None"


def _shown(edition: Edition) -> list[Assessment]:
    """Give claims on the subject, the world, and what is no country; in the report on the world all of them."""
    own = {edition.subject, WORLD}
    return [
        one
        for one in assessed(edition.ledger)
        if edition.is_world or (subject := subject_of(one.claim)) in own or subject not in COUNTRIES
    ]


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    shown = _shown(edition)
    claims = [_claim(one, edition) for one in shown]
    evidence = [_bearing(one, bearing, edition) for one in shown for bearing in one.bearings]
    return (
        _table(edition, "claims", _("Public claims, with the verdict of the rules"), _CLAIMS, claims),
        _table(
            edition, "claims_evidence", _("Figures that bear on each claim, with their source"), _EVIDENCE, evidence
        ),
    )


def _table(
    edition: Edition,
    name: str,
    caption: str,
    columns: tuple[Column, ...],
    rows: list[dict[str, _Value]],
) -> PageTable:
    """Lay out rows; a figure is shown by its value and leads to its evidence."""
    cells = tuple(tuple(_cell(column, row[column.name]) for column in columns) for row in rows)
    schema = dict.fromkeys((column.name for column in columns), pl.String())
    texts = [{key: _text(row[key]) for key in schema} for row in rows]
    frame = pl.DataFrame(texts, schema=schema)
    figures = [one for row in rows for one in row.values() if one is not None and not isinstance(one, str | Why | Cell)]
    treatment = told(affecting(edition.treatments, figures, edition.ledger))
    return PageTable(
        name=name, caption=caption, columns=columns, rows=cells, total=len(rows), frame=frame, treatment=treatment
    )


def _cell(column: Column, value: _Value) -> Cell:
    if isinstance(value, Cell):
        return value
    if isinstance(value, Why):
        return Cell(column.kind, reason(value))
    if value is None or isinstance(value, str):
        return Cell(column.kind, value or "")
    return Cell(column.kind, amount(value.value, value.unit), evidence_of(value))


def _text(value: _Value) -> str:
    if isinstance(value, Cell):
        return value.text
    return str(value or "") if value is None or isinstance(value, str | Why) else str(value.value)


def _figure(edition: Edition, name: str) -> Figure | None:
    return edition.ledger.get(name)


def _claim(one: Assessment, edition: Edition) -> dict[str, _Value]:
    return {
        "quote": f"“{one.claim.quote}”",
        "source": one.claim.source,
        "asof": one.claim.asof,
        "claimed": _figure(edition, name_of(one.claim)),
        "verdict": one.verdict.value.replace("_", " "),
        "why": one.why,
        "rule": one.rule,
    }


def _bearing(one: Assessment, bearing: Bearing, edition: Edition) -> dict[str, _Value]:
    fact = bearing.fact
    part = country(fact.object) if fact.object in COUNTRIES else fact.object
    how = _(", ").join(phrase(word) for word in (part, fact.definition, fact.counting, *fact.flags) if word)
    meaning = phrase(base().metrics[fact.metric].meaning)
    return {
        "claim": f"“{one.claim.quote}”",
        "fact": _("{what}: {rest}").format(what=meaning, rest=how) if how else meaning,
        "period": ranged(fact.period),
        "value": _figure(edition, fact.figure) or _(", ").join(fact.names),
        "said": fact.published,
        "source": printed(fact.organisation, fact.title),
        "off": _figure(edition, deviation_of(one.claim, fact.figure)),
        "role": N_("decides") if bearing.decides else N_("told beside"),
    }


SECTION = Section(
    order=10,
    id="claims",
    chapter="claims",
    title="Claims and the figures that bear on them",
    template="claims.html",
    tables=_tables,
    has=lambda edition: edition.has_statistics,
)
