"""IPv6 address space by country of registration."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How much IPv6 space is registered in the country",
    unit="blocks of a /32",
    direction=Direction.MORE,
    method="sum of what is allocated or assigned, in blocks of a /32 (RIR statistics exchange format)",
    sources=("ipv6_blocks",),
    caveats=("registered is not used", "a block of a /20 is one decision of one holder"),
    compute=published("ipv6_blocks", "IPv6 blocks of a /32 registered", "blocks of a /32", adds_up=True),
)
