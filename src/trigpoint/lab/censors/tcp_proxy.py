"""Connections are accepted by a proxy in the path, also where the server would refuse them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.diversions import Divert
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.triggers import OnBegin

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class TcpProxy(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    to: str
    """The host with ``relays``, which accepts, and hands on what it can."""
    match: Match = Match()
    """Flows, which are all handed over. TCP ports 80 and 443, if nothing else is said."""


def _make(parameters: TcpProxy, _: Place) -> Plan:
    return Plan(OnBegin(), Divert(parameters.to), "tcp", parameters.match, (80, 443))


CENSOR = Behaviour(
    "tcp_proxy",
    "hands TCP connections to a proxy that accepts them before it asks the server",
    "OONI 2020 and CensorWatch 2023 (India)",
    TcpProxy,
    _make,
    ("tcp",),
    ("in",),
    {"to": "proxy"},
)
