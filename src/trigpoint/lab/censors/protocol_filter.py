"""Flows that do not begin as DNS, HTTP or TLS fall silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Look, may_inspect
from trigpoint.net.dns_message import parse_query

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.sight import Sight

_TLS_TYPES = frozenset({20, 21, 22, 23})  # RFC 8446, section 5.1
_TLS_HEADER = 5
_METHODS = (b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"CONNECT ", b"OPTIONS ", b"PATCH ", b"TRACE ")


class ProtocolFilter(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match = Match()
    """Flows. TCP ports 53, 80 and 443, if nothing else is said."""
    packets: Annotated[int, msgspec.Meta(ge=1, le=16)] = 2
    """Packets with payload that the client may send until one of them begins as one of the protocols."""
    way: Way = "out"
    """Which packets vanish then."""


class _OnUnknown:
    is_blind: ClassVar[bool] = False
    is_final: ClassVar[bool] = True

    def __init__(self, match: Match, packets: int) -> None:
        self._match = match
        self._packets = packets

    def look(self, sight: Sight) -> Look:
        allowed = may_inspect(sight, self._match)
        if not allowed:
            return allowed is not None
        if is_known(sight.packet.content):
            return False
        return Hit("no known protocol") if sight.flow.payloads[sight.outward] >= self._packets else True


def is_known(payload: bytes) -> bool:
    """Tell whether a segment begins as a TLS record (by its first five bytes), an HTTP request or a DNS query.

    >>> is_known(bytes([22, 3, 1, 2, 0])), is_known(b"GET / HTTP/1.1"), is_known(b"SSH-2.0-x")
    (True, True, False)
    """
    if len(payload) >= _TLS_HEADER and payload[0] in _TLS_TYPES and payload[1] == 3:  # noqa: PLR2004 - SSL 3.0 and later
        return True
    return payload.startswith(_METHODS) or parse_query(payload[2:]) is not None


def _make(parameters: ProtocolFilter, _: Place) -> Plan:
    trigger = _OnUnknown(parameters.match, parameters.packets)
    return Plan(trigger, Drop(parameters.way), "tcp", parameters.match, (53, 80, 443))


CENSOR = Behaviour(
    "protocol_filter",
    "drops connections on well-known ports whose first packets look like none of DNS, HTTP and TLS",
    "FOCI 2020 (Bock, Iran)",
    ProtocolFilter,
    _make,
    ("tcp",),
    ("in",),
    {"residual": {"tuple": "4", "seconds": 60, "refresh": True}},
)
