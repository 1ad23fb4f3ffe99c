"""IPv6 blocks of a /32 for each person."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="How much IPv6 space is there for each person",
    unit="blocks of a /32 for each person",
    direction=Direction.MORE,
    method="the one divided by the other, of the same year or with the newest of three years before it",
    sources=(),
    after=("ipv6_blocks", "population"),
    caveats=("registered is not used",),
    compute=per(
        "ipv6_per_head",
        "ipv6_blocks",
        "population",
        "IPv6 blocks of a /32 for each person",
        "blocks of a /32 for each person",
    ),
)
