"""Networks compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.country import network_order
from trigpoint.figures.states import COUNTS, HAS_SIGNS, STATES, with_share

if TYPE_CHECKING:
    from trigpoint.figures.country import CountryTables


def compared(tables: CountryTables) -> pl.DataFrame:
    """Count runs, targets and verdicts of each network, by AS number; those without one last.

    ``targets_undecided`` are targets of which no verdict of that network is decided.
    """
    measured = tables.measurements.group_by("network").agg(
        pl.col("network_name").first(), pl.col("run").n_unique().alias("runs"), pl.len().alias("measurements")
    )
    target = pl.col("target")
    decided = target.filter(pl.col("state") != "insufficient").n_unique()
    judged = tables.verdicts.group_by("network").agg(
        target.n_unique().alias("targets"),
        target.filter(HAS_SIGNS).n_unique().alias("targets_with_signs"),
        (target.n_unique() - decided).alias("targets_undecided"),
        pl.len().alias("verdicts"),
        *COUNTS,
    )
    joined = measured.join(judged, on="network", how="left").with_columns(pl.col(pl.UInt32()).fill_null(0))
    order = {name: place for place, name in enumerate(network_order(joined["network"].to_list()))}
    placed = joined.with_columns(pl.Series("place", [order[name] for name in joined["network"].to_list()], pl.Int64()))
    return with_share(placed.sort("place")).select(
        "network", "network_name", "runs", "measurements", "targets", "targets_with_signs", "targets_undecided",
        "verdicts", *(state.value for state in STATES), "decided", "share", "share_low", "share_high",
    )  # fmt: skip
