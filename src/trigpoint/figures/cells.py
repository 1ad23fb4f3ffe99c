"""What the runs of a country say together: each target on each network, over the whole period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.events import Votes, cells, counted, networks
from trigpoint.figures.states import COUNTS, HAS_SIGNS, IS_NAMED, STATES
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
    named = cells(_tallies(tables.country, tables.verdicts, pl.col("network")), ["target", "asn"]).rename(
        {"asn": "network"}
    )
    return named.sort("blocked_runs", "target", "network", descending=[True, False, False]).select(
        "target", "network", *_SHOWN
    )


def targets(seen: pl.DataFrame) -> pl.DataFrame:
    """Count of each target on how many networks it is blocked, of how many on which anything is known of it.

    Those with a network on which it is blocked, or on which a run saw signs, the most networks first.

    Args:
        seen: what :func:`together` gave.

    """
    known = counted(seen.filter(IS_NAMED), ["target"])
    return known.filter(pl.col("networks_with_signs") > 0).sort(
        "networks_blocked", "networks_with_signs", "target", descending=[True, True, False]
    )


def services(tables: CountryTables) -> pl.DataFrame:
    """Say of each service as a whole on how many networks it is blocked, and what its verdicts come to.

    No other table counts these: their parts are targets of their own.
    """
    network = pl.when(IS_NAMED).then("network")
    known = networks(_tallies(tables.country, tables.wholes, network), ["target"])
    blocked = pl.col("mechanisms").filter(HAS_SIGNS).str.split(" ").list.explode().unique().sort().str.join(" ")
    summed = tables.wholes.group_by("target").agg(*COUNTS, mechanisms=blocked, verdicts=pl.len())
    return (
        summed.join(known, on="target", how="left")
        .with_columns(pl.col("networks", "networks_blocked", "networks_with_signs").fill_null(0))
        .sort("networks_blocked", "networks_with_signs", "target", descending=[True, True, False])
        .select(
            "target", "mechanisms", "networks_blocked", "networks_with_signs", "networks",
            *(state.value for state in STATES), "verdicts",
        )
    )  # fmt: skip


def _tallies(country: str, verdicts: pl.DataFrame, network: pl.Expr) -> pl.DataFrame:
    votes = verdicts.select(
        date=pl.lit(""),  # of the whole period: days add, and a tally of each would only be added again
        country=pl.lit(country),
        target="target",
        viewer=pl.lit(str(Viewer.PROBE)),
        asn=network,
        run="run",
        state="state",
        started_at=pl.lit(None, pl.Float64()),
    )
    return Votes(votes).tallied()
