"""Change of IPv6 blocks registered between two dates."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._change import change

INDICATOR = Indicator(
    question="By how much did IPv6 blocks registered change since the date before",
    unit="share",
    direction=Direction.NEITHER,
    method="the number of a date against that of the date before it, where the same sources list both in whole",
    sources=(),
    after=("ipv6_blocks",),
    caveats=("registered is not used", "addresses that move between countries change both"),
    compute=change("ipv6_blocks_change", "ipv6_blocks", "change of IPv6 blocks registered since the date before"),
)
