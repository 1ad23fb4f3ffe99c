"""Sections: one file each in ``sections/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from trigpoint.report.edition import Edition
from trigpoint.report.page_table import PageTable

Values: TypeAlias = Mapping[str, Any]


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What fills a section that has nothing to show."""

    what: str
    """What is missing, such as ``the share of people who use the Internet``."""
    source: str
    """Who publishes it."""
    command: str
    """What a person types to have it."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One section of the page.

    Texts are English and are the ids of their translations: the page shows ``_(title)``.
    """

    order: int
    """Place in its chapter: sections stand in the order of this number."""
    id: str
    """Anchor, without any other of the page."""
    chapter: str
    """Id of its chapter, one of :data:`~trigpoint.report.chapters.CHAPTERS`."""
    title: str
    """Heading."""
    template: str
    """Template below ``templates/sections/``."""
    tables: Callable[[Edition], tuple[PageTable, ...]] = lambda _: ()
    """Its tables; a template asks for them by name, and each becomes a CSV."""
    values: Callable[[Edition], Values] = lambda _: {}
    """What else its template reads."""
    has: Callable[[Edition], bool] = lambda _: True
    """Whether there is anything to show."""
    needs: tuple[Need, ...] = ()
    """What it says it needs where there is nothing to show. Empty: it is left out then."""


def is_measured(edition: Edition) -> bool:
    """Tell whether an edition holds a survey of its country: ``has`` of the sections on measurements."""
    return edition.openness is not None
