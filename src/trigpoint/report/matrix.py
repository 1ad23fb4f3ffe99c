"""What a page shows of the matrix target x day: bounded in both directions, the CSV has all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from trigpoint.figures.country import UNKNOWN_DAY
from trigpoint.figures.matrix import NOT_MEASURED
from trigpoint.report.language import N_, ngettext
from trigpoint.report.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_TARGETS = 60
"""Most rows of the matrix on the page."""
MOST_DAYS = 31
"""Most columns of the matrix on the page."""

GLYPHS = {"blocked": "●", "ok": "✓", "down": "▽", "insufficient": "?", NOT_MEASURED: "·"}
"""A character for each state, so that colour is never the only sign."""
LABELS = {
    "blocked": "signs of blocking",
    "ok": "reached",
    "down": "down, no sign of interference",
    "insufficient": "not decided",
    NOT_MEASURED: "not measured",
}
"""Words for each state."""
TOGETHER = {"blocked": N_("blocked"), "ok": N_("reached"), "down": N_("down"), "insufficient": N_("not decided")}
"""What several runs together say of a target on a network."""
COUNTED = {
    "blocked": N_("{count} with signs of blocking"),
    "ok": N_("{count} reached"),
    "down": N_("{count} down"),
    "insufficient": N_("{count} not decided"),
}
"""How verdicts of each state are counted."""


class GridColumn(msgspec.Struct, frozen=True):
    """One day of the matrix, and how many days stand between it and the day before."""

    day: str
    """ISO 8601, or ``unknown``."""
    gap_days: int = 0
    """Days without any measurement of the country that are left out before it."""


class GridCell(msgspec.Struct, frozen=True):
    """One target on one day."""

    state: str
    """A key of :data:`GLYPHS`."""
    text: str
    """What a person reads of it, without the target and the day."""
    is_mixed: bool
    """Whether its verdicts differ."""


class GridRow(msgspec.Struct, frozen=True):
    """One target."""

    target: str
    """Its name."""
    cells: tuple[GridCell, ...]
    """One cell for each column."""


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the matrix that the page shows."""

    columns: tuple[GridColumn, ...]
    """Its days."""
    rows: tuple[GridRow, ...]
    """Its targets: signs of blocking first, then what is not plainly reached, then the rest."""
    targets_total: int
    """Targets in all."""
    days_total: int
    """Days in all, an unknown day counted as one."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Targets on the page."""
        return tuple(row.target for row in self.rows)

    @property
    def days(self) -> tuple[str, ...]:
        """Days on the page."""
        return tuple(column.day for column in self.columns)


def grid(cells: pl.DataFrame) -> Grid:
    """Choose the rows and columns of the page and lay the cells out; the latest days are kept."""
    days = sorted(cells["day"].unique().to_list(), key=lambda day: (day == UNKNOWN_DAY, day))
    columns = _columns(days[-MOST_DAYS:])
    order = cells.group_by("target").agg(pl.col("blocked", "down", "insufficient", "verdicts").sum())
    keys = ["blocked", "down", "insufficient", "verdicts", "target"]
    ranked = order.sort(keys, descending=[True, True, True, True, False])["target"].to_list()
    chosen = ranked[:MOST_TARGETS]
    shown = cells.filter(pl.col("target").is_in(chosen) & pl.col("day").is_in(days[-MOST_DAYS:]))
    by_place = {(row["target"], row["day"]): _cell(row) for row in shown.iter_rows(named=True)}
    absent = GridCell(NOT_MEASURED, _(LABELS[NOT_MEASURED]), is_mixed=False)
    rows = tuple(
        GridRow(target, tuple(by_place.get((target, column.day), absent) for column in columns)) for target in chosen
    )
    return Grid(columns=columns, rows=rows, targets_total=len(ranked), days_total=len(days))


def _columns(days: Sequence[str]) -> tuple[GridColumn, ...]:
    known = [day for day in days if day != UNKNOWN_DAY]
    columns: list[GridColumn] = []
    span = (date.fromisoformat(known[-1]) - date.fromisoformat(known[0])).days + 1 if known else 0
    if span <= MOST_DAYS and known:
        first = date.fromisoformat(known[0])
        columns = [GridColumn((first + timedelta(days=offset)).isoformat()) for offset in range(span)]
    else:
        for before, day in zip([None, *known], known, strict=False):
            gap = (date.fromisoformat(day) - date.fromisoformat(before)).days - 1 if before else 0
            columns.append(GridColumn(day, gap))
    unknown = [GridColumn(UNKNOWN_DAY)] if len(known) < len(days) else []
    return tuple(columns + unknown)


def _cell(row: dict[str, int | str | bool]) -> GridCell:
    state = str(row["state"])
    is_mixed = bool(row["is_mixed"])
    if state == NOT_MEASURED:
        return GridCell(state, _(LABELS[state]), is_mixed=False)
    counts = _(", ").join(_(words).format(count=row[name]) for name, words in COUNTED.items() if row[name])
    values = {"state": _(LABELS[state]), "counts": counts, "part": row["networks_with_signs"], "whole": row["networks"]}
    text = _("{state} ({counts})")
    if row["blocked"] and row["networks"]:
        text = ngettext(
            "{state} ({counts}; signs on {part} of {whole} network)",
            "{state} ({counts}; signs on {part} of {whole} networks)",
            int(row["networks"]),
        )
    return GridCell(state, text.format(**values), is_mixed=is_mixed)
