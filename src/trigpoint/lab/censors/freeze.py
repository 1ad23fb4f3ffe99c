"""Flows stall after a number of bytes or packets."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Count, Way
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.silences import Freeze
from trigpoint.lab.engine.triggers import Look, OnHello, TlsMatch, Trigger
from trigpoint.net.packets import TCP

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.sight import Sight


class FreezeAfter(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names and flows. Every TCP port, if nothing else is said."""
    trigger: Literal["hello", "flow"] = "hello"
    """What begins the count: a ClientHello, or any flow that is meant. Names count for the first."""
    after_bytes: Count = 16_384
    """Bytes of payload that pass. 0: no such limit."""
    after_packets: Count = 0
    """Packets that pass. 0: no such limit."""
    counts: Way = "in"
    """Which direction is counted."""
    way: Way = "both"
    """Which packets vanish then."""


class _AnyFlow:
    """Hits at the first packet of a flow; what it carries was not read, so that no layer above is named.

    Where a SYN is needed, connections that were opened from outside, or before they were seen, pass.
    """

    is_blind: ClassVar[bool] = True
    is_final: ClassVar[bool] = True

    def __init__(self, *, needs_syn: bool) -> None:
        self._needs_syn = needs_syn

    def look(self, sight: Sight) -> Look:
        if sight.flow.protocol != TCP:
            return Hit("flow", cause="udp")
        return Hit("flow", cause="tcp") if sight.flow.opened_outward or not self._needs_syn else False


def _make(parameters: FreezeAfter, _: Place) -> Plan:
    if not (parameters.after_bytes or parameters.after_packets):
        message = "after_bytes: or after_packets; one must be more than 0"
        raise ValueError(message)
    response = Freeze(parameters.after_bytes, parameters.after_packets, parameters.counts, parameters.way)
    match = parameters.match
    trigger: Trigger = OnHello(match) if parameters.trigger == "hello" else _AnyFlow(needs_syn=match.needs_syn)
    return Plan(trigger, response, "tls.freeze", match)


CENSOR = Behaviour(
    "freeze",
    "lets a number of bytes or packets of a flow pass and then drops everything, without a reset",
    "Cloudflare 2025-06-26; net4people/bbs issue 490 (2025)",
    FreezeAfter,
    _make,
    ("tls.freeze", "tcp", "udp"),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}, "after_bytes": 4_000},
)
