"""Countries with a reported shutdown."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="In how many countries was a shutdown of the Internet reported for the year",
    unit="countries",
    direction=Direction.NEITHER,
    method="as Access Now counts them; its later counts of a year stand beside earlier ones (record of findings)",
    sources=("shutdown_countries_reported",),
    caveats=(
        "what is recorded has grown with those who report: no trend by itself",
        "reported, not measured by this project",
    ),
    compute=published("shutdown_countries_reported", "countries with reported shutdowns", "countries"),
)
