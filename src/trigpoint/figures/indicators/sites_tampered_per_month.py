"""Websites that were tampered with in a month."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many websites were tampered with in a month",
    unit="websites",
    direction=Direction.LESS,
    method="as the response team counts them, month by month, from a table that is kept by hand",
    sources=("sites_tampered_per_month",),
    caveats=(
        "distinct sites of a year are fewer than the sum of its months: the two are never set beside each other",
        "who watches more sites finds more",
    ),
    compute=published("sites_tampered_per_month", "websites tampered with in a month", "websites"),
)
