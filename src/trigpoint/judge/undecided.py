"""Whether a rule may fire, told from a part of its columns.

Conditions are joined by *and* (:func:`trigpoint.judge.conditions.parts`). Where a part that can be read does not hold,
the rule cannot fire, whatever the columns hold that nobody has built yet.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from trigpoint.judge.cascade import CASCADE
from trigpoint.judge.conditions import held, parts

if TYPE_CHECKING:
    from trigpoint.judge.rule import Layer, Rule


def may_fire(layer: Layer, frame: pl.DataFrame, *, ever: bool = True) -> pl.Series:
    """Tell on which rows a rule of a layer may fire.

    Args:
        layer: whose rules.
        frame: its columns have the values that they have in the layer's whole frame.
        ever: ask of all rules; otherwise only of those that read a column which the frame lacks.

    """
    return held(frame, _may_fire(layer, frozenset(frame.columns), ever).alias("may")).to_series()


@cache
def _may_fire(layer: Layer, columns: frozenset[str], ever: bool) -> pl.Expr:  # noqa: FBT001 - a key of the cache
    asked = [rule for rule in CASCADE[layer] if ever or not columns.issuperset(rule.columns)]
    return pl.any_horizontal(pl.lit(value=False), *(_readable(rule, columns) for rule in asked))


def _readable(rule: Rule, columns: frozenset[str]) -> pl.Expr:
    """Join the parts of a condition that can be read; a part that is null does not hold."""
    told = [part for part in parts(rule.condition) if columns.issuperset(part.meta.root_names())]
    if rule.nettests and "nettest" in columns:
        told.append(pl.col("nettest").is_in(rule.nettests))
    return pl.all_horizontal(pl.lit(value=True), *(part.fill_null(value=False) for part in told))
