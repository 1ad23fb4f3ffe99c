"""What stands on the page of an edition: its sections, each with its tables, charts and values, by chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.discovery import declared
from trigpoint.report import sections
from trigpoint.report.chapters import CHAPTERS, Chapter
from trigpoint.report.chart import Picture, pictures
from trigpoint.report.page_table import PageTable
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A section, as templates read it."""

    section: Section
    is_filled: bool
    """Whether there is anything to show; else it says what it needs."""
    tables: Mapping[str, PageTable]
    """By name."""
    charts: Sequence[Picture]
    values: Mapping[str, Any]
    """What else its template reads."""

    @property
    def chart_tables(self) -> Mapping[str, PageTable]:
        """Figures of charts that no table of the section shows, by name."""
        own = [picture.table for picture in self.charts if picture.table is not None]
        return {table.name: table for table in own if table.name not in self.tables}


class Filled(msgspec.Struct, frozen=True):
    """A chapter with its sections."""

    chapter: Chapter
    parts: Sequence[Part]


def chapters_of(edition: Edition) -> list[Filled]:
    """Give the chapters of an edition that have a section, in their order."""
    found = [(chapter, _sections(edition, chapter)) for chapter in CHAPTERS]
    drawn = pictures(edition, {section.id for _, those in found for section in those if section.has(edition)})
    return [Filled(chapter, [_part(edition, one, drawn) for one in those]) for chapter, those in found if those]


def _sections(edition: Edition, chapter: Chapter) -> list[Section]:
    """Give the sections of a chapter that stand on the page, in their order."""
    if chapter.is_of_statistics and not edition.has_statistics:
        return []
    own = [section for section in declared(sections, "SECTION", Section).values() if section.chapter == chapter.id]
    standing = [section for section in own if section.needs or section.has(edition)]
    return sorted(standing, key=lambda section: section.order)


def _part(edition: Edition, section: Section, drawn: Mapping[str, Sequence[Picture]]) -> Part:
    if not section.has(edition):
        return Part(section=section, is_filled=False, tables={}, charts=(), values={})
    return Part(
        section=section,
        is_filled=True,
        tables={table.name: table for table in section.tables(edition)},
        charts=drawn.get(section.id, ()),
        values=section.values(edition),
    )
