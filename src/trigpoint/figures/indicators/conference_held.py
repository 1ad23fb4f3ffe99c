"""Whether a conference was held in a year."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="Was the conference held in that year, or something else in its place",
    unit="editions",
    direction=Direction.NEITHER,
    method="1 where a source says that it was, 0 where one says that something else was held (record of editions)",
    sources=("conference_held",),
    caveats=("an edition under another name is counted by some and not by others: the interval says so",),
    compute=published("conference_held", "editions held", "editions"),
)
