"""Only some ports are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Port
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Always

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class PortAllowList(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    open_ports: tuple[Port, ...] = (53, 80, 443)
    """Ports of servers that can be reached."""
    match: Match = Match()
    """Flows. TCP and UDP, if nothing else is said."""


def _make(parameters: PortAllowList, _: Place) -> Plan:
    match = parameters.match
    closed = Match(
        addresses=match.addresses,
        except_addresses=match.except_addresses,
        clients=match.clients,
        families=match.families,
        ports=match.ports,
        except_ports=(*match.except_ports, *parameters.open_ports),
        protocols=match.protocols,
    )
    return Plan(Always(), Drop(), "tcp.timeout", closed, protocols=("tcp", "udp"))


CENSOR = Behaviour(
    "port_allow_list",
    "drops everything to ports that are not listed",
    "FOCI 2020 (Bock, Iran)",
    PortAllowList,
    _make,
    ("tcp.timeout",),
    ("in",),
    {"open_ports": [53, 80]},
)
