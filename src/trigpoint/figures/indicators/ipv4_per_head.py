"""IPv4 addresses for each person."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="How many IPv4 addresses are there for each person",
    unit="addresses for each person",
    direction=Direction.MORE,
    method="the one divided by the other, of the same year or with the newest of three years before it",
    sources=(),
    after=("ipv4_addresses", "population"),
    caveats=("registered is not used", "people behind address translation share addresses"),
    compute=per(
        "ipv4_per_head", "ipv4_addresses", "population", "IPv4 addresses for each person", "addresses for each person"
    ),
)
