"""Change of AS numbers registered between two dates."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._change import change

INDICATOR = Indicator(
    question="By how much did AS numbers registered change since the date before",
    unit="share",
    direction=Direction.NEITHER,
    method="the number of a date against that of the date before it, where the same sources list both in whole",
    sources=(),
    after=("asns",),
    caveats=("registered is not used", "addresses that move between countries change both"),
    compute=change("asns_change", "asns", "change of AS numbers registered since the date before"),
)
