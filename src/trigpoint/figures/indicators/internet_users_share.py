"""Share of the people who use the Internet."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="What share of the people uses the Internet",
    unit="share",
    direction=Direction.MORE,
    method="as the source says it, of all people; older vintages stand beside it (ITU i99H)",
    sources=("internet_users_share",),
    caveats=(
        "surveys and estimates are mixed, and the source does not always say which",
        "series are revised: the interval is the spread of the vintages at hand",
    ),
    compute=published("internet_users_share", "share of the people who use the Internet", "share"),
)
