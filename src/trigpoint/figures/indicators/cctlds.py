"""Top-level domains of countries."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many top-level domains of two letters are there",
    unit="domains",
    direction=Direction.NEITHER,
    method="labels of two letters in the list of IANA (RFC 1591)",
    sources=("cctlds",),
    caveats=("some are of territories, and some of no country at all",),
    compute=published("cctlds", "top-level domains of two letters", "domains"),
)
