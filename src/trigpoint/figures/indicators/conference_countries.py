"""Countries that participants came from."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="From how many countries and regions did participants come",
    unit="countries",
    direction=Direction.NEITHER,
    method="as sources say it after the edition, else as it was announced (record of editions)",
    sources=("conference_countries",),
    caveats=(
        "organisers count themselves, and round",
        "regions are counted beside countries",
    ),
    compute=published("conference_countries", "countries and regions of participants", "countries"),
)
