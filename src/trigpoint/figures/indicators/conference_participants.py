"""People who took part in an edition."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many people took part in an edition",
    unit="people",
    direction=Direction.NEITHER,
    method="as sources say it after the edition, else as it was announced (record of editions)",
    sources=("conference_participants",),
    caveats=(
        "organisers count themselves, and round",
        "since 2020 those online are counted, too",
    ),
    compute=published("conference_participants", "participants", "people"),
)
