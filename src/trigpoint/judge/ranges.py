"""Whole ranges that are silent: a site's address and all of its neighbours that serve others (M10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.arms import arm_of
from trigpoint.judge.evidence import with_evidence
from trigpoint.model.failure import Kind

if TYPE_CHECKING:
    from trigpoint.judge.keys import Chunk

NETTEST = "address_blocking"
_LEAST_NEIGHBOURS = 2
"""Silent ones: one may be down for this network, or listed as well."""


def silent_ranges(chunk: Chunk) -> pl.DataFrame:
    """Find measurements in which every neighbour was silent and a control server was not, by more than chance.

    Returns:
        m, range_is_silent: always true. One row each.

    """
    tried = chunk.probe("tcp_connects").filter(pl.col("nettest") == NETTEST)
    rows = tried.select(
        "m",
        "address",
        is_v6=pl.col("address").str.contains(":", literal=True),
        arm=arm_of(),
        outcome=pl.when(pl.col("kind") == Kind.TIMEOUT).then(pl.lit("silent")),
    )
    held = with_evidence(rows, {"neighbour": "control"}).filter(pl.col("arm") == "neighbour")
    return (
        held.group_by("m")
        .agg(range_is_silent=pl.col("is_shown").all() & (pl.col("address").n_unique() >= _LEAST_NEIGHBOURS))
        .filter("range_is_silent")
    )
