"""Resets in answer to the SYN or the SYN+ACK, by address and port alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from trigpoint.lab.censors._shared import Place, only_in_path
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.outcome import Act, Verdict
from trigpoint.lab.engine.prints import TcpPrint, forge
from trigpoint.lab.engine.triggers import OnSyn
from trigpoint.net.packets import ACK

if TYPE_CHECKING:
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight


class SynReset(Parameters, frozen=True, kw_only=True):
    """Parameters. ``placement.direction`` must be ``both`` where a SYN+ACK is to be seen."""

    match: Match
    """Addresses or ports, of which one must be given."""
    on: Literal["syn", "synack", "both"] = "syn"
    """What is answered."""
    syn: TcpPrint = TcpPrint()
    """What the answer to a SYN looks like."""
    synack: TcpPrint = TcpPrint()
    """What the answer to a SYN+ACK looks like."""
    drops_trigger: bool = False
    """Whether the SYN does not go on; only in the path."""


class _Answer(msgspec.Struct, frozen=True):
    syn: TcpPrint
    synack: TcpPrint
    drops: bool

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        look = self.synack if sight.packet.flags & ACK else self.syn
        injections = forge(sight, look, original_passes=not self.drops)
        return Act("reset", Verdict.DROP if self.drops else Verdict.PASS, injections=injections), None


def _make(parameters: SynReset, path: Place) -> Plan:
    only_in_path(path, drops_trigger=parameters.drops_trigger)
    match = parameters.match
    if not (match.addresses or match.ports):
        message = "match: addresses or ports"
        raise ValueError(message)
    if parameters.on != "syn" and parameters.placement.direction == "out":
        message = "placement.direction: a SYN+ACK comes in; 'both' is needed"
        raise ValueError(message)
    response = _Answer(parameters.syn, parameters.synack, parameters.drops_trigger)
    return Plan(OnSyn(parameters.on), response, "tcp.refused", match)


CENSOR = Behaviour(
    "syn_reset",
    "resets connections to listed addresses and ports while they open",
    "gfw.report 2023 (1.1.1.1) and 2025 (port 443)",
    SynReset,
    _make,
    ("tcp.refused",),
    ("on", "in"),
    {"match": {"addresses": ["203.0.113.9", "2001:db8:1::9"], "ports": [443]}, "syn": {"count": 3}},
)
