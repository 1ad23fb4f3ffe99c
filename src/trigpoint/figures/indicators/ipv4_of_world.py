"""Share of the IPv4 addresses of all countries that is registered in the country."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._of_world import of_world

INDICATOR = Indicator(
    question="What share of the IPv4 addresses registered in all countries is registered in the country",
    unit="share",
    direction=Direction.NEITHER,
    method="addresses of the country, divided by those of all countries together at the same date",
    after=("ipv4_addresses",),
    caveats=("registered is not used, and not used there", "addresses of no country are in neither number"),
    compute=of_world("ipv4_of_world", "ipv4_addresses", "share of the IPv4 addresses registered in all countries"),
)
