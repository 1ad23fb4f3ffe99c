"""Connections fall silent by the server name of the ClientHello."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, by_name
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Seconds, Way
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import OnHello, TlsMatch


class TlsDrop(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names, extensions and flows. Every TCP port, if nothing else is said."""
    way: Way = "both"
    """Which packets vanish."""
    after_seconds: Seconds = 0.0
    """Time in which everything still passes."""
    drops_trigger: bool = True
    """Whether the ClientHello vanishes too."""


def _make(parameters: TlsDrop, _: Place) -> Plan:
    match = parameters.match
    response = Drop(parameters.way, after_seconds=parameters.after_seconds, drops_trigger=parameters.drops_trigger)
    return Plan(OnHello(match), response, by_name("tls.timeout", "sni", is_named=not match.means_all), match)


CENSOR = Behaviour(
    "tls_drop",
    "drops the packets of a connection whose ClientHello asks for a listed name",
    "OONI 2024 (Kazakhstan); IMC 2022 (TSPU SNI-IV); Bock 2020 (ESNI)",
    TlsDrop,
    _make,
    ("tls.timeout", "tls.timeout.sni"),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}, "residual": {"tuple": "4", "seconds": 120, "refresh": True}},
)
