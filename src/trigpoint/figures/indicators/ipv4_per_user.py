"""IPv4 addresses for each Internet user."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="How many IPv4 addresses are there for each Internet user",
    unit="addresses for each user",
    direction=Direction.MORE,
    method="the one divided by the other, of the same year or with the newest of three years before it",
    sources=(),
    after=("ipv4_addresses", "internet_users"),
    caveats=("registered is not used", "users are counted by surveys and estimates"),
    compute=per(
        "ipv4_per_user",
        "ipv4_addresses",
        "internet_users",
        "IPv4 addresses for each Internet user",
        "addresses for each user",
    ),
)
