"""Sections: one file each in ``sections/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from trigpoint.report.edition import Edition
from trigpoint.report.page_table import PageTable

Values: TypeAlias = Mapping[str, Any]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One section of the page."""

    order: int
    """Place on the page: sections stand in the order of this number."""
    id: str
    """Anchor."""
    title: str
    """Heading."""
    template: str
    """Template below ``templates/sections/``."""
    tables: Callable[[Edition], tuple[PageTable, ...]]
    """Its tables; a template asks for them by name."""
    values: Callable[[Edition], Values] = lambda _: {}
    """What else its template reads."""
