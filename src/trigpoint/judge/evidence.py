"""How often arms came to what: whether one differs from the arm that it is held against by more than chance.

One failure is no pattern: lines lose packets, and machines in them forget connections. So all tries of an arm count,
and all of its control arm at the same server in the same version of IP (:mod:`trigpoint.model.chance`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.model.chance import chance, is_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = ("m", "is_v6")
_SAID = ("is_shown", "is_unanimous", "arm_is_shown", "control_speaks")
_COUNTS = ("fails", "tries", "control_fails", "control_tries")


def with_evidence(frame: pl.DataFrame, controls: Mapping[str, str]) -> pl.DataFrame:
    """Say of each row whether its arm came to its outcome by more than chance.

    Args:
        frame: rows with m, is_v6, arm (missing: of none), outcome (missing: as it should be).
        controls: each arm in question, and the arm that it is held against.

    Returns:
        The rows in their order, with is_shown, chance (that the difference is none; null where nothing failed),
        arm_is_shown (for some outcome of the row's arm), is_unanimous (the arm failed so in each of its tries, were it
        one, and each try of the other came through), control_speaks (the arm that it is held against came through at
        least once); false where a row is of no such arm.

    """
    tries = frame.filter(pl.col("arm").is_not_null()).select(*_PLACE, "arm", "outcome")
    if tries.is_empty():
        return frame.with_columns(chance=pl.lit(None, dtype=pl.Float64), **dict.fromkeys(_SAID, pl.lit(value=False)))
    held = pl.DataFrame({"arm": list(controls), "control": list(controls.values())}, schema_overrides=_TEXTS)
    arms = tries.group_by(*_PLACE, "arm").agg(tries=pl.len(), all_fails=pl.col("outcome").is_not_null().sum())
    others = arms.select(*_PLACE, control="arm", control_tries="tries", control_fails="all_fails")
    counted = (
        tries.drop_nulls("outcome")
        .group_by(*_PLACE, "arm", "outcome")
        .agg(fails=pl.len())
        .join(held, on="arm")
        .join(arms, on=[*_PLACE, "arm"])
        .join(others, on=[*_PLACE, "control"])
    )
    unanimous = (pl.col("fails") == pl.col("tries")) & (pl.col("control_fails") == 0)
    decided = counted.join(_decided(counted), on=_COUNTS).select(
        *_PLACE, "arm", "outcome", "chance", "is_shown", is_unanimous=unanimous
    )
    shown = decided.filter("is_shown").select(*_PLACE, "arm", arm_is_shown="is_shown").unique()
    spoken = others.filter(pl.col("control_fails") < pl.col("control_tries")).join(held, on="control")
    spoken = spoken.select(*_PLACE, "arm", control_speaks=pl.lit(value=True))
    return (
        frame.join(decided, on=[*_PLACE, "arm", "outcome"], how="left", maintain_order="left")
        .join(shown, on=[*_PLACE, "arm"], how="left", maintain_order="left")
        .join(spoken, on=[*_PLACE, "arm"], how="left", maintain_order="left")
        .with_columns(pl.col(_SAID).fill_null(value=False))
    )


_TEXTS = {"arm": pl.String, "control": pl.String}


def _decided(counted: pl.DataFrame) -> pl.DataFrame:
    """Decide each distinct table of counts once."""
    tables = counted.select(*_COUNTS).unique()
    return tables.with_columns(
        pl.Series("chance", [chance(*row) for row in tables.iter_rows()], dtype=pl.Float64),
        pl.Series("is_shown", [is_shown(*row) for row in tables.iter_rows()], dtype=pl.Boolean),
    )
