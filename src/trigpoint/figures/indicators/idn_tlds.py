"""Top-level domains in other scripts."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many top-level domains are written in other scripts",
    unit="domains",
    direction=Direction.NEITHER,
    method="labels in the list of IANA that begin with xn-- (RFC 5890)",
    sources=("idn_tlds",),
    caveats=("delegated is not in use",),
    compute=published("idn_tlds", "top-level domains in other scripts", "domains"),
)
