"""Share of tested targets with signs of blocking."""

from __future__ import annotations

from trigpoint.figures.indicator import Counted, Direction, Indicator

INDICATOR = Indicator(
    question="On what share of the tested targets were signs of blocking seen",
    unit="share",
    direction=Direction.LESS,
    method="targets with signs of blocking, of those with a decided cell: in all, by category, and by mechanism "
    "(score interval, Wilson 1927)",
    caveats=(
        "not measured is not open, and neither is not decided",
        "targets are chosen, not drawn: the interval is that of chance alone",
    ),
    counted=Counted(
        name="openness.targets",
        meaning="decided targets with signs of blocking",
        cases="targets_with_signs",
        of="targets_decided",
    ),
)
