"""People."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many people live there",
    unit="people",
    direction=Direction.NEITHER,
    method="as the source says it, in the middle of the year",
    sources=("population",),
    caveats=("the estimate of a year changes with each census",),
    compute=published("population", "people", "people"),
)
