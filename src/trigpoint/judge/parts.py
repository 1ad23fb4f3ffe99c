"""Services as a whole: their verdicts, which follow from those of their parts and from nothing else."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.whole import TARGET
from trigpoint.judge.words import joined, reduced, split
from trigpoint.model.verdict import State
from trigpoint.reference.services import WHOLES, Need

_PARTS = pl.DataFrame(
    [(part, whole.target, whole.need is Need.ALL) for whole in WHOLES.values() for part in whole.parts],
    schema={"part": pl.String, "whole": pl.String, "needs_all": pl.Boolean},
    orient="row",
)
_LEAST_PARTS = 2


def parts_frame(verdicts: pl.DataFrame, fired: pl.DataFrame) -> pl.DataFrame:
    """Build the frame of services as a whole: one row for each finding on which the state of a part rests.

    A service of which a measurement assessed one part alone has none: nothing is known of the rest.

    Columns: m, target (the whole), part, part_state, needs_all (else any part is enough), parts_all and for each state
    parts_STATE (how many parts), and of the finding step, pointer, table, endpoint, detail.

    Args:
        verdicts: m, target, state of what was assessed.
        fired: findings: m, target, argues, step, pointer, table, endpoint, detail.

    """
    counts = {f"parts_{state}": (pl.col("part_state") == state).sum().over("m", "target") for state in State}
    found = (
        verdicts.select("m", part="target", part_state="state")
        .join(_PARTS, on="part")
        .rename({"whole": "target"})
        .with_columns(parts_all=pl.len().over("m", "target"), **counts)
        .filter(pl.col("parts_all") >= _LEAST_PARTS)
    )
    read = fired.select(
        "m", "step", "pointer", "table", "endpoint", "detail", "order", part="target", part_state="argues"
    )
    return (
        found.join(read, on=["m", "part", "part_state"], how="left")
        .sort("m", "target", "part", "step", "order")
        .unique(["m", "target", "part", "table", "step", "pointer", "endpoint"], keep="first", maintain_order=True)
        .with_columns(
            # where no rule decided, the record as a whole was read
            pl.col("step").fill_null(0),
            pl.col("pointer").fill_null("/test_keys"),
            pl.col("table").fill_null("measurements"),
            detail=pl.concat_str("part", "detail", separator=": ", ignore_nulls=True),
        )
        .drop("order")
    )


def whole_verdicts(verdicts: pl.DataFrame, fired: pl.DataFrame) -> pl.DataFrame:
    """Conclude on services as a whole.

    What was seen against a part was seen against the service: where that is blocked it names every such mechanism, also
    one against a part that was reached all the same; where it was reached they are interference.

    Args:
        verdicts: of the parts, with the columns of the table and m in place of the measurement.
        fired: findings of the rules of services, of which one fires for each service.

    Returns:
        Rows like those of the parts, with the parts they follow from.

    """
    said = fired.group_by(TARGET, maintain_order=True).agg(
        pl.col("reason").first(), state=pl.col("argues").first(), rules=pl.col("rule").first()
    )
    part, state = pl.col("part_state"), pl.col("state")
    seen = pl.col("mechanisms").filter(part == State.BLOCKED).append(pl.col("interference"))
    doubted = pl.col("mechanisms").filter(part.is_in([State.BLOCKED, State.INSUFFICIENT]))
    decides = part == state
    collected = (
        verdicts.select("m", "mechanisms", "interference", "explanations", part="target", part_state="state")
        .join(_PARTS, on="part")
        .join(said, left_on=["m", "whole"], right_on=TARGET)
        .sort("m", "whole", "part")
        .group_by("m", "whole", maintain_order=True)
        .agg(
            pl.col("state", "rules", "reason").first(),
            seen=joined(split(seen)),
            doubted=joined(split(doubted)),
            interference=joined(split(pl.col("interference"))),
            explanations=joined(split(pl.col("explanations").filter(decides))),
            deciding=pl.col("part").filter(decides).str.join(", "),
            parts=pl.col("part").str.join(" "),
        )
    )
    blocked, open_ = state == State.BLOCKED, state == State.INSUFFICIENT
    return reduced(
        collected.select(
            "m",
            "state",
            "explanations",
            "rules",
            "parts",
            target="whole",
            mechanisms=pl.when(blocked).then("seen").when(open_).then("doubted").otherwise(pl.lit("")),
            interference=pl.when(blocked).then(pl.lit("")).when(open_).then("interference").otherwise("seen"),
            layer=pl.lit(None, dtype=pl.String),
            reason=pl.col("reason").str.strip_suffix(".") + ": " + pl.col("deciding") + ".",
            reached=state == State.OK,
        ),
        "mechanisms",
        "interference",
    )
