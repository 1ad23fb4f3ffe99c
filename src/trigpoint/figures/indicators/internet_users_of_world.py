"""Share of the world's Internet users that are in the country."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._of_world import of_world

INDICATOR = Indicator(
    question="What share of the world's Internet users is in the country",
    unit="share",
    direction=Direction.NEITHER,
    method="people who use the Internet, divided by those of the world in the same year",
    after=("internet_users",),
    caveats=(
        "the world's number is a share of a sum of economies: where some are not listed it is flagged partial",
        "a growing share can be a growing population",
    ),
    compute=of_world("internet_users_of_world", "internet_users", "share of the world's Internet users"),
)
