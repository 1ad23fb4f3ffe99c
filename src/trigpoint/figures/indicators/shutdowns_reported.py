"""Shutdowns of the Internet as Access Now counts them."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many shutdowns of the Internet were reported for the year",
    unit="shutdowns",
    direction=Direction.NEITHER,
    method="as Access Now counts them; its later counts of a year stand beside earlier ones (record of findings)",
    sources=("shutdowns_reported",),
    caveats=(
        "what is recorded has grown with those who report: no trend by itself",
        "reported, not measured by this project",
    ),
    compute=published("shutdowns_reported", "shutdowns reported", "shutdowns"),
)
