"""Summary: the key figures, in words that do not say more than the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.section import Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.page_table import PageTable

_TILES = (
    "blocking.targets",
    "blocking.networks",
    "coverage.targets",
    "coverage.networks",
    "coverage.measurements",
    "verdicts.insufficient",
)
_MOST_NAMED = 5


def _tables(_: Edition) -> tuple[PageTable, ...]:
    return ()


def _values(edition: Edition) -> dict[str, object]:
    ranked = edition.frame("blocked_targets").head(_MOST_NAMED)
    return {
        "tiles": _TILES,
        "foremost": ranked.select("target", "networks_with_signs", "networks", "strength").to_dicts(),
    }


SECTION = Section(
    order=10,
    id="measured",
    chapter="openness",
    has=is_measured,
    title="What the measurements show",
    template="summary.html",
    tables=_tables,
    values=_values,
)
