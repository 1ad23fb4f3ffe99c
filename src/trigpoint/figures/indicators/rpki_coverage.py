"""Share of the registered IPv4 addresses that is covered by route origin authorisations."""

from __future__ import annotations

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicators._per import per

INDICATOR = Indicator(
    question="What share of the registered IPv4 addresses is covered by route origin authorisations",
    unit="share",
    direction=Direction.MORE,
    method="addresses covered, divided by those registered, of the same year or at most three years before",
    sources=(),
    after=("ipv4_addresses", "ipv4_in_roas"),
    caveats=(
        "the files of the registries and of the validators are of different days: small countries may exceed one",
        "covered is not announced, and not filtered by anybody",
    ),
    compute=per("rpki_coverage", "ipv4_in_roas", "ipv4_addresses", "share of IPv4 addresses in the RPKI", "share"),
)
