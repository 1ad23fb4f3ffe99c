"""IPv6 blocks for each person who uses the Internet."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="How many IPv6 blocks are there for each person who uses the Internet",
    unit="blocks of /32 for each user",
    direction=Direction.MORE,
    method="the one divided by the other, of the same year or with the newest of three years before it",
    sources=(),
    after=("ipv6_blocks", "internet_users"),
    caveats=("registered is not used",),
    compute=per(
        "ipv6_per_user", "ipv6_blocks", "internet_users", "IPv6 blocks for each user", "blocks of /32 for each user"
    ),
)
