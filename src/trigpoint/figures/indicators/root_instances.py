"""Instances of root name servers."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many instances of root name servers stand in the country",
    unit="instances",
    direction=Direction.MORE,
    method="instances at the sites of all letters, as root-servers.org lists them",
    sources=("root_instances",),
    caveats=("an instance that is local serves one network", "sites are not capacity"),
    compute=published("root_instances", "instances of root name servers", "instances", adds_up=True),
)
