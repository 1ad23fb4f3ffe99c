"""QUIC falls silent by server name, version or size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import OnDatagram, QuicMatch

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place

_CAUSES = {"name": "quic.timeout.sni", "version": "quic.timeout.version", "size": "quic.timeout.size"}


class QuicDrop(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: QuicMatch = QuicMatch()
    """What triggers: names, versions or sizes; and flows. UDP port 443, if nothing else is said."""
    way: Way = "both"
    """Which packets vanish."""
    drops_trigger: bool = True
    """Whether the datagram that triggered vanishes too."""


def _make(parameters: QuicDrop, _: Place) -> Plan:
    match = parameters.match
    is_any = match.by == "name" and match.means_all
    cause = "quic.timeout" if is_any else _CAUSES[match.by]
    response = Drop(parameters.way, drops_trigger=parameters.drops_trigger)
    return Plan(OnDatagram(match), response, cause, match, (443,), ("udp",))


CENSOR = Behaviour(
    "quic_drop",
    "drops the datagrams of a QUIC connection by the server name in its Initial packet, by version or by size",
    "USENIX Security 2025 (Zohaib); IMC 2022 (TSPU)",
    QuicDrop,
    _make,
    ("quic.timeout", "quic.timeout.sni", "quic.timeout.version", "quic.timeout.size"),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}, "residual": {"seconds": 180, "action": "drop-out"}},
)
