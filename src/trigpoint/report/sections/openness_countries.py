"""Openness of the countries of a survey, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.openness_world import COUNTED, TABLE
from trigpoint.report.figure_table import Line, side_by_side
from trigpoint.report.language import N_, country
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_HEADS = (
    ("targets", N_("Targets tested")),
    ("targets_with_signs", N_("with signs of blocking")),
    ("networks", N_("Networks")),
    ("networks_with_signs", N_("with signs")),
    ("runs", N_("Runs")),
    ("share", N_("Share of decided verdicts with signs")),
    ("targets_share", N_("of decided targets")),
    ("networks_share", N_("of networks that decided")),
)
_MOST = 250


def _tables(edition: Edition) -> tuple[PageTable, ...]:
    codes = edition.world.countries if edition.world else ()
    lines = [
        Line(
            country(code, is_laboratory=bool(edition.lab_worlds)),
            tuple(edition.ledger[f"{name}.{code}"] for name in COUNTED),
        )
        for code in codes
    ]
    return (side_by_side(TABLE, "Countries of the survey", edition, _HEADS, lines, _MOST),)


SECTION = Section(
    order=15,
    id="openness_countries",
    chapter="openness",
    title="Countries that were measured",
    template="openness_countries.html",
    tables=_tables,
    has=lambda edition: edition.world is not None,
)
