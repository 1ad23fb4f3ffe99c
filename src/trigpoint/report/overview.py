"""One page over the reports of several worlds of the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.report.pages import environment

if TYPE_CHECKING:
    from collections.abc import Sequence


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One world."""

    href: str
    """Its report, from this page."""
    world: str
    country: str
    """User-assigned code of its made-up country."""
    title: str
    rows: int
    """Rows of its truth that were measured."""
    states_right: int
    """Rows on which the verdict is the true one."""
    false_blocked: int
    """Rows that are called blocked and are not."""


def overview(lines: Sequence[Line]) -> str:
    """Render the page."""
    return environment().get_template("overview.html").render(lines=lines)
