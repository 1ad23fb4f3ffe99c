"""What was not counted as blocking, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.figures.states import COUNTS, HAS_SIGNS, NETWORKS, split
from trigpoint.model.explanation import EXPLANATIONS

if TYPE_CHECKING:
    from trigpoint.figures.country import CountryTables
    from trigpoint.figures.ledger import Ledger

UNEXPLAINED = "none"
"""Stands for the explanation of an undecided verdict, or one of a target that is down, that carries none."""
_UNEXPLAINED_MEANING = "no explanation is recorded; the reason of each verdict tells what was seen"


def explanations(tables: CountryTables) -> pl.DataFrame:
    """Count verdicts without signs of blocking by explanation; a verdict with several counts under each."""
    others = tables.verdicts.filter(~HAS_SIGNS)
    is_bare = (pl.col("explanations") == "") & (pl.col("state") != "ok")
    words = pl.when(is_bare).then(pl.lit(UNEXPLAINED)).otherwise(pl.col("explanations"))
    rows = split(others.with_columns(explanations=words), "explanations", "explanation")
    counted = rows.group_by("explanation").agg(
        pl.len().alias("verdicts"), *COUNTS, pl.col("target").n_unique().alias("targets"), NETWORKS
    )
    meanings = {name: node.meaning for name, node in EXPLANATIONS.items()} | {UNEXPLAINED: _UNEXPLAINED_MEANING}
    meaning = pl.col("explanation").replace_strict(meanings, default="", return_dtype=pl.String()).alias("meaning")
    ordered = counted.sort("verdicts", "explanation", descending=[True, False])
    return ordered.select("explanation", meaning, "verdicts", "insufficient", "down", "ok", "targets", "networks")


def add(ledger: Ledger, tables: CountryTables) -> None:
    """Add the figures of what was not counted to the ledger."""
    others = tables.verdicts.filter(~HAS_SIGNS)
    explained = others.filter((pl.col("explanations") != "") | (pl.col("state") != "ok"))
    kinds = explanations(tables).filter(pl.col("explanation") != UNEXPLAINED).height
    by = f"{__name__}.add"
    label = "verdicts not counted as blocking that carry an explanation, or are down or undecided"
    ledger.count("uncounted.verdicts", explained.height, "verdicts", label=label, rows="data:uncounted", by=by)
    ledger.count("uncounted.kinds", kinds, "explanations", label="explanations met", rows="data:uncounted", by=by)
