"""Top-level domains."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many top-level domains are there",
    unit="domains",
    direction=Direction.NEITHER,
    method="labels of the list of IANA",
    sources=("tlds",),
    caveats=("delegated is not in use",),
    compute=published("tlds", "top-level domains", "domains"),
)
