"""Counting verdicts by state: what every table of verdicts shares."""

from __future__ import annotations

import polars as pl

from trigpoint.figures.country import OTHER_NETWORKS, UNKNOWN_DAY, UNKNOWN_NETWORK
from trigpoint.figures.interval import wilson
from trigpoint.model.verdict import State

STATES = (State.BLOCKED, State.OK, State.DOWN, State.INSUFFICIENT)
"""States in the order in which a report shows them."""

IS_NAMED = ~pl.col("network").is_in([UNKNOWN_NETWORK, OTHER_NETWORKS])
"""Whether a row is of one known network; only those are counted as networks."""
HAS_SIGNS = pl.col("state") == State.BLOCKED.value
"""Whether a verdict has signs of blocking."""
_DAY = pl.col("day").filter(pl.col("day") != UNKNOWN_DAY)

COUNTS = tuple((pl.col("state") == state.value).sum().alias(state.value) for state in STATES)
"""Verdicts by state, one column for each."""
NETWORKS = pl.col("network").filter(IS_NAMED).n_unique().alias("networks")
"""Known networks in a group."""
NETWORKS_WITH_SIGNS = pl.col("network").filter(IS_NAMED & HAS_SIGNS).n_unique().alias("networks_with_signs")
"""Known networks with signs of blocking in a group."""
FIRST_SEEN = _DAY.min().fill_null(UNKNOWN_DAY).alias("first_seen")
"""First known day of a group."""
LAST_SEEN = _DAY.max().fill_null(UNKNOWN_DAY).alias("last_seen")
"""Last known day of a group."""


def with_share(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``decided`` (verdicts that are not ``insufficient``) and the share of them with signs, with its interval.

    Columns added: ``decided``, ``share`` (0 to 1, missing where nothing is decided), ``share_low``, ``share_high``.
    """
    decided = frame.select(pl.sum_horizontal("blocked", "ok", "down").alias("decided"))["decided"]
    shares = [wilson(k, n) for k, n in zip(frame["blocked"].to_list(), decided.to_list(), strict=True)]
    return frame.with_columns(
        decided,
        pl.Series("share", [share.value for share in shares], pl.Float64()),
        pl.Series("share_low", [share.low for share in shares], pl.Float64()),
        pl.Series("share_high", [share.high for share in shares], pl.Float64()),
    )


def split(verdicts: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Give one row for each word of a list-like text column, under a new name; rows without a word vanish."""
    words = verdicts.with_columns(pl.col(column).str.split(" ").alias(name)).explode(name)
    return words.filter(pl.col(name).is_not_null() & (pl.col(name) != ""))
