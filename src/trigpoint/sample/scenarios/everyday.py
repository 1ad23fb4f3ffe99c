"""Sites that work: most of any archive."""

from trigpoint.sample.country import TARGETS
from trigpoint.sample.web import Visit, case

_NOT_EVERYDAY = {"lost-domain.example"}

SCENARIOS = (
    *(
        case(f"open.{host.split('.')[-2]}", "The site is reached.", "ok", Visit(host=host))
        for host in TARGETS
        if host not in _NOT_EVERYDAY
    ),
    case(
        "open.plain",
        "The site is reached over plain HTTP.",
        "ok",
        Visit(host="river-archive.example", scheme="http"),
    ),
    case(
        "open.04",
        "The site is reached, an older generation of the probe.",
        "ok",
        Visit(host="daily-herald.example", dialect="0.4"),
    ),
    case(
        "open.01",
        "The site is reached, the oldest generation of the probe.",
        "ok",
        Visit(host="market-square.example", scheme="http", dialect="0.1"),
    ),
)
"""Scenarios of this theme."""
