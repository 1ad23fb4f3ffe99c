"""AS numbers by country of registration."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many AS numbers are registered in the country",
    unit="AS numbers",
    direction=Direction.MORE,
    method="sum of what is allocated or assigned (RIR statistics exchange format)",
    sources=("asns",),
    caveats=(
        "a number is not a network that is in use",
        "large operators use few numbers, so that many are not better service",
    ),
    compute=published("asns", "AS numbers registered", "AS numbers", adds_up=True),
)
