"""What the runs of a country say together: each target on each network, over the whole period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.events import Votes, cells, networks
from trigpoint.figures.states import IS_NAMED
from trigpoint.model.cell import Viewer

if TYPE_CHECKING:
    from trigpoint.figures.country import CountryTables

_SHOWN = (
    "state", "share", "share_low", "share_high", "runs", "decided_runs", "blocked_runs", "largest_run", "disagreement",
)  # fmt: skip


def together(tables: CountryTables) -> pl.DataFrame:
    """Say of each target on each network what its runs say, those with most runs that saw it blocked first.

    Networks without a number stand in the table, and are not counted as networks.
    """
    named = cells(_tallies(tables, pl.col("network")), ["target", "asn"]).rename({"asn": "network"})
    return named.sort("blocked_runs", "target", "network", descending=[True, False, False]).select(
        "target", "network", *_SHOWN
    )


def targets(tables: CountryTables) -> pl.DataFrame:
    """Count of each target on how many networks it is blocked, of how many on which anything is known of it.

    Those with a network on which it is blocked, or on which a run saw signs, the most networks first.
    """
    known = networks(_tallies(tables, pl.when(IS_NAMED).then("network")), ["target"])
    return known.filter(pl.col("networks_with_signs") > 0).sort(
        "networks_blocked", "networks_with_signs", "target", descending=[True, True, False]
    )


def _tallies(tables: CountryTables, network: pl.Expr) -> pl.DataFrame:
    votes = tables.verdicts.select(
        date="day",
        country=pl.lit(tables.country),
        target="target",
        viewer=pl.lit(str(Viewer.PROBE)),
        asn=network,
        run="run",
        state="state",
        started_at=pl.lit(None, pl.Float64()),
    )
    return Votes(votes).tallied()
