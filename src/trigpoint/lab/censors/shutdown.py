"""The network is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.resets import Refuse
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Always

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class Shutdown(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Flows; ``except_addresses`` are those that stay. All, if nothing is said."""
    answer: Literal["silence", "no_route"] = "silence"
    """What the client hears: nothing, or that there is no route."""
    way: Way = "both"
    """Which packets vanish; ``in`` where prefixes are withdrawn and packets still leave. For silence."""


def _make(parameters: Shutdown, _: Place) -> Plan:
    silence = parameters.answer == "silence"
    response = Drop(parameters.way) if silence else Refuse("no_route")
    return Plan(Always(), response, "ip.shutdown", parameters.match, protocols=())


CENSOR = Behaviour(
    "shutdown",
    "drops everything, but for what is listed",
    "IMC 2011 (Dainotti); SIGCOMM 2023 (Bischof)",
    Shutdown,
    _make,
    ("ip.shutdown",),
    ("in",),
    {"match": {"except_addresses": ["198.51.100.0/24", "2001:db8:2::/48"]}},
)
