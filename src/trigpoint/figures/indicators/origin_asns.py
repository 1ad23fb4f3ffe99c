"""AS numbers that originate a prefix."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many AS numbers originate a prefix",
    unit="AS numbers",
    direction=Direction.NEITHER,
    method="distinct last numbers of the paths of a dump; paths that end in a set have none (MRT, RFC 6396)",
    sources=("origin_asns",),
    caveats=("what one collector sees, through its peers",),
    compute=published("origin_asns", "AS numbers that originate a prefix", "AS numbers"),
)
