"""Instances of root name servers for each person."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="How many instances of root name servers are there for each person",
    unit="instances for each person",
    direction=Direction.MORE,
    method="the one divided by the other, of the same year or with the newest of three years before it",
    sources=(),
    after=("root_instances", "population"),
    caveats=("a person needs one that answers, wherever it stands",),
    compute=per(
        "root_instances_per_head",
        "root_instances",
        "population",
        "Instances of root name servers for each person",
        "instances for each person",
    ),
)
