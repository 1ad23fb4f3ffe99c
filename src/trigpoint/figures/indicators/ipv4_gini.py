"""How unequally IPv4 addresses are distributed over people: Gini index over countries."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._gini import gini_of

INDICATOR = Indicator(
    question="How unequally are IPv4 addresses distributed over the people of the world",
    unit="Gini index, 0 to 1",
    direction=Direction.LESS,
    method="Gini index of addresses for each person, countries weighed by their people (Gini 1912; Lorenz 1905)",
    sources=("ipv4_addresses",),
    after=("ipv4_addresses", "population"),
    caveats=(
        "inequality inside countries is not in it",
        "only countries of which both numbers are known; dates compare over the same countries only",
    ),
    compute=gini_of("ipv4_gini", "ipv4_addresses", "IPv4 addresses"),
)
