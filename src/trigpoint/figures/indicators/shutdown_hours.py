"""Hours with a shutdown of the Internet."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="In how many hours of a year was the Internet shut down somewhere in the country",
    unit="hours",
    direction=Direction.LESS,
    method="union of the shutdowns of the whole network on a curated list (Access Now #KeepItOn, IODA), cut by year",
    sources=("shutdown_hours",),
    caveats=(
        "a lower bound, flagged partial, where the list does not say when a shutdown ended",
        "a shutdown of one town and of the country count alike",
        "a country that is not on a list is not therefore open",
    ),
    compute=published("shutdown_hours", "hours with a shutdown somewhere in the country", "hours"),
)
