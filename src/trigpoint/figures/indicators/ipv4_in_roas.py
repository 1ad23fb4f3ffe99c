"""IPv4 addresses covered by route origin authorisations."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._series import published

INDICATOR = Indicator(
    question="How many of the country's IPv4 addresses are covered by route origin authorisations",
    unit="addresses",
    direction=Direction.MORE,
    method="addresses of all prefixes of validated payloads, none twice, by country of delegation (RFC 6811)",
    sources=("ipv4_in_roas",),
    caveats=(
        "covered is not announced, and not filtered by anybody",
        "a prefix is of the country of its first address",
    ),
    compute=published("ipv4_in_roas", "IPv4 addresses covered by route origin authorisations", "addresses"),
)
