"""Shutdowns of the Internet on a curated list."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many shutdowns of the Internet does a curated list name",
    unit="shutdowns",
    direction=Direction.LESS,
    method="rows of the list (Access Now #KeepItOn, IODA) by the year of their begin, if a government ordered them",
    sources=("shutdowns_listed",),
    caveats=(
        "what is recorded has grown with those who report: no trend by itself",
        "lists cut one shutdown into several rows by region, each in its own way",
        "a country that is not on a list is not therefore open",
    ),
    compute=published("shutdowns_listed", "shutdowns on the list", "shutdowns"),
)
