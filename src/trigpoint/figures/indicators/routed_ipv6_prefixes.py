"""IPv6 prefixes in a routing table."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many IPv6 prefixes does a routing table hold",
    unit="prefixes",
    direction=Direction.NEITHER,
    method="distinct prefixes of a dump (MRT, RFC 6396)",
    sources=("routed_ipv6_prefixes",),
    caveats=("what one collector sees, through its peers",),
    compute=published("routed_ipv6_prefixes", "IPv6 prefixes in a routing table", "prefixes"),
)
