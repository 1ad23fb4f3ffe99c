"""Requests to listed hosts stay without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.names import Names
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import OnRequest

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class HttpDrop(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Names of hosts, and flows. Every TCP port, if nothing else is said."""
    keywords: Names | None = None
    """Words in the request's target that trigger it as well."""
    way: Way = "both"
    """Which packets vanish."""
    drops_trigger: bool = True
    """Whether the request vanishes too."""


def _make(parameters: HttpDrop, _: Place) -> Plan:
    response = Drop(parameters.way, drops_trigger=parameters.drops_trigger)
    return Plan(OnRequest(parameters.match, parameters.keywords), response, "http.timeout", parameters.match)


CENSOR = Behaviour(
    "http_drop",
    "drops the packets of a connection over which a listed host is asked for",
    "WOOT 2021 (Bock)",
    HttpDrop,
    _make,
    ("http.timeout",),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}, "residual": {"tuple": "4", "seconds": 120, "refresh": True}},
)
