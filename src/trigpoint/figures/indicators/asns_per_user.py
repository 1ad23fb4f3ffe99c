"""AS numbers for each person who uses the Internet."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="How many AS numbers are there for each person who uses the Internet",
    unit="AS numbers for each user",
    direction=Direction.MORE,
    method="the one divided by the other, of the same year or with the newest of three years before it",
    sources=(),
    after=("asns", "internet_users"),
    caveats=("registered is not used",),
    compute=per("asns_per_user", "asns", "internet_users", "AS numbers for each user", "AS numbers for each user"),
)
