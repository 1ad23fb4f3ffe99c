"""Editions as pages see them, from surveys in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.discovery import declared
from trigpoint.report import Survey, sections
from trigpoint.report.assembly import edition_of
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from tests.figures.surveys import MemorySurvey
    from trigpoint.report.edition import Edition

SECTIONS = declared(sections, "SECTION", Section)


def edition(held: MemorySurvey, country: str = "IR", *, publish: bool = False) -> Edition:
    """Give the edition that a report of this survey is written from."""
    return edition_of(country, survey=Survey(tables=held, fetch=lambda *_: None, publish=publish, fictional=False))
