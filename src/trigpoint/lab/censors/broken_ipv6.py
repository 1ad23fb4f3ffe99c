"""IPv6 is announced and leads nowhere: no censorship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.resets import Refuse
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Always

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.response import Response


class BrokenIpv6(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    answer: Literal["silence", "no_route"] = "silence"
    """What the client hears: nothing, or that there is no route."""


def _make(parameters: BrokenIpv6, _: Place) -> Plan:
    response: Response = Drop() if parameters.answer == "silence" else Refuse("no_route")
    return Plan(Always(), response, "local.no_ipv6", Match(families=(6,)), protocols=())


CENSOR = Behaviour(
    "broken_ipv6",
    "drops everything of IPv6",
    "RFC 6555, section 1",
    BrokenIpv6,
    _make,
    ("local.no_ipv6",),
    ("in",),
    {},
)
