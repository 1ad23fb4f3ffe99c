"""Queries for listed names vanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.outcome import DROPPED
from trigpoint.lab.engine.triggers import OnQuery, QueryMatch

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight


class DnsDrop(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: QueryMatch = QueryMatch()
    """Names and flows. Port 53 over UDP and TCP, if nothing else is said."""


class _Each:
    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        return DROPPED, None


def _make(parameters: DnsDrop, _: Place) -> Plan:
    match = parameters.match
    return Plan(OnQuery(match), _Each(), "dns.timeout", match, (53,), ("udp", "tcp"))


CENSOR = Behaviour(
    "dns_drop",
    "drops DNS queries for listed names, while other names are answered",
    "net4people/bbs issue 516 (2025)",
    DnsDrop,
    _make,
    ("dns.timeout",),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}},
)
