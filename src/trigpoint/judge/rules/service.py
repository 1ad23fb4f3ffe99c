"""A service as a whole: what follows from its parts (:func:`trigpoint.judge.parts.parts_frame`).

Exactly one of these says something of a service. Each is read on the rows that speak for it, those of the parts that
decide.
"""

from __future__ import annotations

import polars as pl

from trigpoint.judge.rule import Rule
from trigpoint.model.verdict import State

_none_works = pl.col("needs_all") | (pl.col("parts_ok") == 0)
_none_open = pl.col("needs_all") | (pl.col("parts_insufficient") == 0)
_none_fails = (pl.col("parts_blocked") == 0) & (pl.col("parts_down") == 0)


def _of(state: State) -> pl.Expr:
    return pl.col("part_state") == state


_SOURCE = "reference/services.py: which parts a service needs"

SERVICE = (
    Rule(
        id="service.part_blocked",
        condition=_of(State.BLOCKED) & _none_works & _none_open,
        state=State.BLOCKED,
        reason="What the service needs is blocked.",
        source=_SOURCE,
    ),
    Rule(
        id="service.part_down",
        condition=_of(State.DOWN) & (pl.col("parts_blocked") == 0) & _none_works & _none_open,
        state=State.DOWN,
        reason="What the service needs is down.",
        source=_SOURCE,
    ),
    Rule(
        id="service.part_undecided",
        condition=_of(State.INSUFFICIENT) & _none_works & (_none_fails | ~pl.col("needs_all")),
        state=State.INSUFFICIENT,
        reason="Of what the service needs it is not decided whether it works.",
        source=_SOURCE,
    ),
    Rule(
        id="service.parts_work",
        condition=_of(State.OK) & (~pl.col("needs_all") | (pl.col("parts_ok") == pl.col("parts_all"))),
        state=State.OK,
        reason="What the service needs was reached.",
        source=_SOURCE,
    ),
)
"""Rules of services as a whole, in order."""
