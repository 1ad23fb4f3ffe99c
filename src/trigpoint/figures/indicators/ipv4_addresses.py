"""IPv4 addresses by country of registration."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many IPv4 addresses are registered in the country",
    unit="addresses",
    direction=Direction.MORE,
    method="sum of what is allocated or assigned, over the files of the registries (RIR statistics exchange format)",
    sources=("ipv4_addresses",),
    caveats=(
        "registered is not used, and not used there",
        "sources differ by some per cent: the interval is their spread",
    ),
    compute=published("ipv4_addresses", "IPv4 addresses registered", "addresses", adds_up=True),
)
