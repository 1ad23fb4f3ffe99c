"""Founders of a conference by the country of their seat."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many of the founding organisations have their seat in the country",
    unit="organisations",
    direction=Direction.NEITHER,
    method="counted from the record of membership, by the seat that a source gives",
    sources=("conference_initiators",),
    caveats=(
        "a seat in a country is not that country",
        "those whose seat no source on record gives are left out, and the figure is flagged partial",
    ),
    compute=published("conference_initiators", "founding organisations with their seat there", "organisations"),
)
