"""Members of a conference that is an organisation."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many members does the organisation have",
    unit="members",
    direction=Direction.NEITHER,
    method="as the organisation says it (record of membership)",
    sources=("conference_members",),
    caveats=(
        "members are organisations, enterprises and persons; states are none",
        "no list of them is on record",
    ),
    compute=published("conference_members", "members", "members"),
)
