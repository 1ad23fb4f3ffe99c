"""Resets DNS over TCP by the name that is asked for."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, only_in_path
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Reset
from trigpoint.lab.engine.triggers import OnQuery, QueryMatch


class DnsReset(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: QueryMatch = QueryMatch()
    """Names and flows. Port 53 over TCP, if nothing else is said."""
    prints: tuple[TcpPrint, ...] = (TcpPrint(),)
    """What its resets look like; of several, each flow draws one by weight."""
    drops_trigger: bool = False
    """Whether the query does not go on; only in the path."""


def _make(parameters: DnsReset, path: Place) -> Plan:
    only_in_path(path, drops_trigger=parameters.drops_trigger)
    match = parameters.match
    return Plan(OnQuery(match), Reset(parameters.prints, parameters.drops_trigger), "dns", match, (53,))


CENSOR = Behaviour(
    "dns_reset",
    "resets connections over which a listed name is asked for by DNS over TCP",
    "USENIX Security 2021 (GFWatch)",
    DnsReset,
    _make,
    ("dns",),
    ("on", "in"),
    {"match": {"suffix": ["blocked.example"]}},
)
