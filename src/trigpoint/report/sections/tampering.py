"""Security: websites that were tampered with, by each way of counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.claims.facts import base
from trigpoint.report.figure_table import figure_table
from trigpoint.report.language import N_
from trigpoint.report.section import Need, Section

if TYPE_CHECKING:
    from trigpoint.model.figure import Figure
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_METRICS = ("sites_tampered_per_month", "share_gov_sites_ever_attacked", "attack_origin_share")


def _cited(edition: Edition) -> list[Figure]:
    """Give cited facts on it, by metric, the newest first: each label says what was counted, and how."""
    facts = [fact for fact in base().facts if fact.metric in _METRICS and fact.subject == edition.subject]
    newest = sorted(facts, key=lambda fact: fact.period, reverse=True)
    ordered = sorted(newest, key=lambda fact: _METRICS.index(fact.metric))
    return [edition.ledger[fact.figure] for fact in ordered if fact.figure in edition.ledger]


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    caption = N_("What was said of websites tampered with or attacked, by each way of counting, the newest first")
    series = reversed(edition.series("sites_tampered_per_month"))
    return (figure_table("tampering", caption, edition, [*series, *_cited(edition)]),)


def _has(edition: Edition) -> bool:
    return bool(_cited(edition) or edition.series("sites_tampered_per_month"))


SECTION = Section(
    order=10,
    id="tampering",
    chapter="security",
    title="Websites that were tampered with",
    template="tampering.html",
    tables=_tables,
    has=_has,
    needs=(
        Need(
            what=N_("websites tampered with in a month, with the way of counting"),
            source=N_("the national response team, kept by hand as a table"),
            command="trigpoint report CC --data DIR --to DIR",
        ),
    ),
)
