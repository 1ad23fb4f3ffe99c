"""Change of IPv4 addresses registered between two dates."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._change import change

INDICATOR = Indicator(
    question="By how much did IPv4 addresses registered change since the date before",
    unit="share",
    direction=Direction.NEITHER,
    method="the number of a date against that of the date before it, where the same sources list both in whole",
    sources=(),
    after=("ipv4_addresses",),
    caveats=("registered is not used", "addresses that move between countries change both"),
    compute=change(
        "ipv4_addresses_change", "ipv4_addresses", "change of IPv4 addresses registered since the date before"
    ),
)
