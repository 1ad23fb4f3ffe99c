"""The matrix target x day, in which *not measured* is a state of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.states import COUNTS, NETWORKS, NETWORKS_WITH_SIGNS
from trigpoint.model.verdict import State

if TYPE_CHECKING:
    from trigpoint.figures.country import CountryTables

NOT_MEASURED = "not_measured"
"""State of a cell without a verdict."""
FULL_GRID_CELLS = 250_000
"""Up to so many cells the whole grid is listed; above, a cell that is not listed was not measured."""

_COUNTED = ("blocked", "ok", "down", "insufficient")


def cells(tables: CountryTables) -> pl.DataFrame:
    """Count the verdicts of each target on each day on which the country was measured.

    The state of a cell is ``blocked`` where at least one verdict has signs of blocking, else ``ok`` where at least one
    reached the target, else ``down``, else ``insufficient``; ``is_mixed`` tells that its verdicts differ. A cell is
    ``not_measured`` exactly where it has no verdict.
    """
    counted = tables.verdicts.group_by("target", "day").agg(
        pl.len().alias("verdicts"), *COUNTS, NETWORKS_WITH_SIGNS, NETWORKS
    )
    targets = tables.verdicts.select(pl.col("target").unique())
    days = pl.concat([tables.verdicts.select("day"), tables.measurements.select("day")]).unique()
    if targets.height * days.height <= FULL_GRID_CELLS:
        counted = targets.join(days, how="cross").join(counted, on=["target", "day"], how="left")
    counted = counted.with_columns(pl.col(pl.UInt32()).fill_null(0))
    kinds = pl.sum_horizontal(*(pl.col(name) > 0 for name in _COUNTED))
    ordered = counted.with_columns(state=_state(), is_mixed=kinds > 1).sort("target", "day")
    return ordered.select(
        "target", "day", "state", "is_mixed", "verdicts", *_COUNTED, "networks_with_signs", "networks"
    )


def _state() -> pl.Expr:
    return (
        pl.when(pl.col("blocked") > 0)
        .then(pl.lit(State.BLOCKED.value))
        .when(pl.col("ok") > 0)
        .then(pl.lit(State.OK.value))
        .when(pl.col("down") > 0)
        .then(pl.lit(State.DOWN.value))
        .when(pl.col("verdicts") > 0)
        .then(pl.lit(State.INSUFFICIENT.value))
        .otherwise(pl.lit(NOT_MEASURED))
    )
