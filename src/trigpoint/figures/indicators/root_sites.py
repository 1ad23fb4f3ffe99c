"""Sites of root name servers."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="At how many sites do root name servers stand in the country",
    unit="sites",
    direction=Direction.MORE,
    method="sites of all letters, as root-servers.org lists them",
    sources=("root_sites",),
    caveats=("a site says nothing of its capacity, nor of who reaches it",),
    compute=published("root_sites", "sites of root name servers", "sites", adds_up=True),
)
