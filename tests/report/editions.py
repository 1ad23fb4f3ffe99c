"""Editions as pages see them, from surveys in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.discovery import declared
from trigpoint.figures.country import coarsened, load
from trigpoint.figures.openness import openness
from trigpoint.report import sections
from trigpoint.report.country import _edition
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from tests.figures.surveys import MemorySurvey
    from trigpoint.report.edition import Edition

SECTIONS = declared(sections, "SECTION", Section)


def edition(held: MemorySurvey, country: str = "IR", *, publish: bool = False) -> Edition:
    """Give the edition that a report of this survey is written from."""
    tables = load(held, country)
    chapter = openness(held, coarsened(tables) if publish else tables)
    return _edition(held, chapter, has_records=not publish, is_fictional=False)
