"""Networks with signs of blocking: k of n."""

from __future__ import annotations

from trigpoint.figures.indicator import Counted, Direction, Indicator

INDICATOR = Indicator(
    question="On how many of the measured networks were signs of blocking seen",
    unit="share",
    direction=Direction.LESS,
    method="known networks with signs of blocking, of those that decided on any target: in all, by category, and by "
    "mechanism (score interval, Wilson 1927)",
    caveats=(
        "networks are those from which there are measurements, not a sample of all",
        "a network counts alike whether it has a hundred users or a hundred million",
    ),
    counted=Counted(
        name="openness.networks",
        meaning="known networks with signs of blocking",
        cases="networks_with_signs",
        of="networks",
    ),
)
