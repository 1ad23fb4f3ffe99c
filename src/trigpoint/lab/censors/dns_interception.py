"""A resolver on the way answers for whatever resolver was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.diversions import Divert
from trigpoint.lab.engine.triggers import OnBegin, OnQuery, QueryMatch

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class DnsInterception(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    to: str
    """The host that answers instead; it must answer in the name of the resolver that was asked."""
    match: QueryMatch = QueryMatch()
    """Flows; names say only which queries are logged. Port 53 over UDP, if nothing else is said."""


def _make(parameters: DnsInterception, _: Place) -> Plan:
    match = parameters.match
    return Plan(OnBegin(), Divert(parameters.to, OnQuery(match)), "dns.interception", match, (53,), ("udp",))


CENSOR = Behaviour(
    "dns_interception",
    "hands every DNS query to a resolver of its own, which answers in the name of the one asked",
    "net4people/bbs issue 657 (2026); Anderson 2014; FOCI 2021 (Basso)",
    DnsInterception,
    _make,
    ("dns.interception",),
    ("in",),
    {"to": "isp-resolver", "match": {"suffix": ["blocked.example"]}},
)
