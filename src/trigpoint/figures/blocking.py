"""Signs of blocking: targets, mechanisms; and interference without blocking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.interval import wilson
from trigpoint.figures.states import (
    COUNTS,
    FIRST_SEEN,
    HAS_SIGNS,
    IS_NAMED,
    LAST_SEEN,
    NETWORKS,
    NETWORKS_WITH_SIGNS,
    STATES,
    split,
)
from trigpoint.model.mechanism import MECHANISMS

if TYPE_CHECKING:
    from trigpoint.figures.categories import Categories
    from trigpoint.figures.country import CountryTables
    from trigpoint.figures.ledger import Ledger

UNNAMED_MECHANISM = "not told"
"""Stands for the mechanism of a verdict that names none."""

_LABELS = {
    "blocked": "verdicts with signs of blocking",
    "ok": "verdicts in which the target was reached",
    "down": "verdicts in which the target was down, without a sign of interference",
    "insufficient": "verdicts that could not be decided",
}


def targets(tables: CountryTables, categories: Categories | None = None) -> pl.DataFrame:
    """List targets with signs of blocking in at least one verdict, most networks first.

    ``networks_with_signs`` of ``networks`` counts known networks on which the target was assessed at all;
    ``strength`` is ``one run`` where a single run stands behind all signs, else ``repeated``.
    """
    signs = pl.col("run").filter(HAS_SIGNS)
    day = tables.verdicts.filter(HAS_SIGNS).group_by("target").agg(FIRST_SEEN, LAST_SEEN)
    counted = tables.verdicts.group_by("target").agg(
        NETWORKS_WITH_SIGNS, NETWORKS, signs.n_unique().alias("runs_with_signs"), *COUNTS,
        pl.len().alias("verdicts"), _words(pl.col("mechanisms").filter(HAS_SIGNS)).alias("mechanisms"),
    ).filter(pl.col("blocked") > 0).join(day, on="target")  # fmt: skip
    named = [categories.of(target) if categories else "" for target in counted["target"].to_list()]
    strength = pl.when(pl.col("runs_with_signs") > 1).then(pl.lit("repeated")).otherwise(pl.lit("one run"))
    ordered = counted.with_columns(pl.Series("category", named, pl.String()), strength=strength).sort(
        "networks_with_signs", "runs_with_signs", "blocked", "target", descending=[True, True, True, False]
    )
    return ordered.select(
        "target", "category", "mechanisms", "networks_with_signs", "networks", "runs_with_signs", "strength",
        "first_seen", "last_seen", *(state.value for state in STATES), "verdicts",
    )  # fmt: skip


def _words(column: pl.Expr) -> pl.Expr:
    return column.str.split(" ").explode().drop_nulls().unique().sort().str.join(" ").str.strip_chars()


def mechanisms(tables: CountryTables) -> pl.DataFrame:
    """Count verdicts with signs of blocking by mechanism; a verdict with several counts under each."""
    named = pl.when(pl.col("mechanisms") == "").then(pl.lit(UNNAMED_MECHANISM)).otherwise(pl.col("mechanisms"))
    # a name of its own before splitting: it holds a blank
    blocked = tables.verdicts.filter(HAS_SIGNS, pl.col("mechanisms") != "")
    unnamed = tables.verdicts.filter(HAS_SIGNS, pl.col("mechanisms") == "").with_columns(mechanism=named)
    rows = pl.concat([split(blocked, "mechanisms", "mechanism"), unnamed])
    counted = rows.group_by("mechanism").agg(
        pl.len().alias("verdicts"), pl.col("target").n_unique().alias("targets"), NETWORKS_WITH_SIGNS,
        pl.col("run").n_unique().alias("runs"), FIRST_SEEN, LAST_SEEN,
    )  # fmt: skip
    ordered = counted.sort("verdicts", "mechanism", descending=[True, False])
    measured = pl.lit(len(tables.networks), pl.Int64()).alias("networks")
    return ordered.select(
        "mechanism", _meaning("mechanism"), "verdicts", "targets", "runs", "networks_with_signs", measured,
        "first_seen", "last_seen",
    )  # fmt: skip


def interference(tables: CountryTables) -> pl.DataFrame:
    """List mechanisms that were seen although the target was reached, by target."""
    rows = split(tables.verdicts.filter(~HAS_SIGNS), "interference", "mechanism")
    counted = rows.group_by("target", "mechanism").agg(pl.len().alias("verdicts"), NETWORKS, FIRST_SEEN, LAST_SEEN)
    ordered = counted.sort("verdicts", "target", "mechanism", descending=[True, False, False])
    return ordered.select(
        "target", "mechanism", _meaning("mechanism"), "verdicts", "networks", "first_seen", "last_seen"
    )


def _meaning(column: str) -> pl.Expr:
    meanings = {name: node.meaning for name, node in MECHANISMS.items()}
    return pl.col(column).replace_strict(meanings, default="", return_dtype=pl.String()).alias("meaning")


def add(ledger: Ledger, tables: CountryTables) -> None:
    """Add the figures of blocking to the ledger."""
    by = f"{__name__}.add"
    verdicts = tables.verdicts
    signs = verdicts.filter(HAS_SIGNS)
    reached = verdicts.filter(~HAS_SIGNS, pl.col("interference") != "")
    counts = (
        ("blocking.targets", signs["target"].n_unique(), "targets", "targets with signs of blocking", "state:blocked"),
        ("blocking.networks", signs.filter(IS_NAMED)["network"].n_unique(), "networks",
         "known networks with signs of blocking", "data:networks"),
        ("blocking.runs", signs["run"].n_unique(), "runs", "distinct runs with signs of blocking", "state:blocked"),
        ("blocking.mechanisms", split(signs, "mechanisms", "mechanism")["mechanism"].n_unique(), "mechanisms",
         "mechanisms of blocking told apart", "data:mechanisms"),
        ("interference.verdicts", reached.height, "verdicts",
         "verdicts with interference although the target was reached or not blocked", "interference:all"),
        ("interference.targets", reached["target"].n_unique(), "targets",
         "targets with interference without blocking", "interference:all"),
        ("verdicts.all", verdicts.height, "verdicts", "verdicts in all", "data:verdicts"),
    )  # fmt: skip
    for name, value, unit, label, rows in counts:
        ledger.count(name, value, unit, label=label, rows=rows, by=by)
    for state in STATES:
        number = verdicts.filter(pl.col("state") == state.value).height
        label = _LABELS[state.value]
        ledger.count(f"verdicts.{state.value}", number, "verdicts", label=label, rows=f"state:{state.value}", by=by)
    decided = verdicts.filter(pl.col("state") != "insufficient").height
    label = "verdicts with signs of blocking among those that are decided"
    ledger.share("blocking.share", wilson(signs.height, decided), label=label, rows="state:blocked", by=by)
    days = signs.select(FIRST_SEEN, LAST_SEEN).row(0)
    known = [None if day == "unknown" else day for day in days]
    ledger.day("blocking.first_seen", known[0], label="first day with signs", rows="state:blocked", by=by)
    ledger.day("blocking.last_seen", known[1], label="last day with signs", rows="state:blocked", by=by)
