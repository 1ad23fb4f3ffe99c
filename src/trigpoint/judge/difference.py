"""What two surveys say differently of the same measurements, and by which rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl

if TYPE_CHECKING:
    from trigpoint.store.survey import Survey

KEY = ("measurement", "target")
"""What makes a verdict of one survey that of another."""

SAYS = ("state", "mechanisms", "interference", "explanations")
"""Fields in which a verdict is another verdict; a reason that only reads otherwise is none."""

_KEPT = (*KEY, "country", "nettest", *SAYS, "rules")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How the verdicts of two surveys differ."""

    changed: pl.DataFrame
    """Verdicts that differ, sorted: measurement, target, twice (``old_``, ``new_``) state, mechanisms, interference and
    explanations, country, nettest, ``old_rule`` and ``new_rule`` that decide, ``gone`` and ``come``: rules that fired
    in one only."""
    same: int
    """Verdicts that do not differ."""
    only_old: int
    """Verdicts of measurements or targets that the new survey has not."""
    only_new: int
    """Verdicts of measurements or targets that the old survey has not."""


def difference(old: Survey, new: Survey) -> Difference:
    """Compare the verdicts of two surveys, measurement by measurement.

    Memory grows with what differs: what is the same is counted and dropped.
    """
    both = _verdicts(old, "old").join(_verdicts(new, "new"), on=KEY, how="full", coalesce=True)
    in_old, in_new = pl.col("old_state").is_not_null(), pl.col("new_state").is_not_null()
    differs = pl.any_horizontal(pl.col(f"old_{name}") != pl.col(f"new_{name}") for name in SAYS)
    counted = both.select(
        same=(in_old & in_new & ~differs).sum(), only_old=(in_old & ~in_new).sum(), only_new=(in_new & ~in_old).sum()
    )
    changed = both.filter(in_old & in_new & differs)
    counts, rows = pl.collect_all([counted, changed], engine="streaming")
    return Difference(changed=_told(rows), **counts.row(0, named=True))


def _verdicts(survey: Survey, side: str) -> pl.LazyFrame:
    verdicts = survey.scan("verdicts").select(_KEPT)
    return verdicts.rename({name: f"{side}_{name}" for name in _KEPT if name not in KEY})


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    old, new = (pl.col(f"{side}_rules").str.split(" ") for side in ("old", "new"))
    says = [f"{side}_{name}" for name in SAYS for side in ("old", "new")]
    return rows.select(
        *KEY,
        *says,
        country="old_country",
        nettest="old_nettest",
        old_rule=old.list.first(),
        new_rule=new.list.first(),
        gone=old.list.set_difference(new).list.sort().list.join(" "),
        come=new.list.set_difference(old).list.sort().list.join(" "),
    ).sort(*KEY)
