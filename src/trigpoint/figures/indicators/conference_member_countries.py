"""Countries that members come from."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="From how many countries do members come",
    unit="countries",
    direction=Direction.NEITHER,
    method="as the organisation says it (record of membership)",
    sources=("conference_member_countries",),
    caveats=(
        "a member from a country is not that country",
        "no list of them is on record",
    ),
    compute=published("conference_member_countries", "countries of members", "countries"),
)
