"""AS numbers for each person."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="How many AS numbers are there for each person",
    unit="AS numbers for each person",
    direction=Direction.MORE,
    method="the one divided by the other, of the same year or with the newest of three years before it",
    sources=(),
    after=("asns", "population"),
    caveats=("small countries with many small networks stand out",),
    compute=per("asns_per_head", "asns", "population", "AS numbers for each person", "AS numbers for each person"),
)
