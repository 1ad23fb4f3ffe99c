"""How unequally AS numbers are distributed over people: Gini index over countries."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._gini import gini_of

INDICATOR = Indicator(
    question="How unequally are AS numbers distributed over the people of the world",
    unit="Gini index, 0 to 1",
    direction=Direction.LESS,
    method="Gini index of AS numbers for each person, countries weighed by their people (Gini 1912; Lorenz 1905)",
    sources=("asns",),
    after=("asns", "population"),
    caveats=(
        "inequality inside countries is not in it",
        "only countries of which both numbers are known; dates compare over the same countries only",
    ),
    compute=gini_of("asns_gini", "asns", "AS numbers"),
)
