"""An address translator forgets flows that are idle: no censorship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.translators import Forget
from trigpoint.lab.engine.triggers import Always

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class NatTimeout(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Flows. All of TCP, if nothing is said."""
    idle_seconds: Annotated[float, msgspec.Meta(gt=0, le=1_000_000_000)] = 60.0
    """Time without a packet after which a flow is forgotten. RFC 5382 asks for two hours and four minutes."""


def _make(parameters: NatTimeout, _: Place) -> Plan:
    return Plan(Always(), Forget(parameters.idle_seconds), "network.flaky", parameters.match)


CENSOR = Behaviour(
    "nat_timeout",
    "resets TCP flows that were idle for too long, as address translators of providers do",
    "RFC 5382, section 5; IMC 2016 (Richter, carrier-grade NAT)",
    NatTimeout,
    _make,
    ("network.flaky",),
    ("in",),
    {"idle_seconds": 60},
)
