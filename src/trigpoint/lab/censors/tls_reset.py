"""Resets connections by the server name of the ClientHello."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, by_name, only_in_path
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Reset
from trigpoint.lab.engine.triggers import OnHello, TlsMatch


class TlsReset(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names and flows. Every TCP port, if nothing else is said."""
    prints: tuple[TcpPrint, ...] = (TcpPrint(),)
    """What its resets look like; of several, each flow draws one by weight."""
    drops_trigger: bool = False
    """Whether the ClientHello does not go on; only in the path."""


def _make(parameters: TlsReset, path: Place) -> Plan:
    only_in_path(path, drops_trigger=parameters.drops_trigger)
    match = parameters.match
    response = Reset(parameters.prints, parameters.drops_trigger, silences=parameters.drops_trigger)
    return Plan(OnHello(match), response, by_name("tls.reset", "sni", is_named=not match.means_all), match)


CENSOR = Behaviour(
    "tls_reset",
    "sends resets after a ClientHello that asks for a listed name",
    "S&P 2025 (Wu, regional censorship in China); FOCI 2021 (Bock)",
    TlsReset,
    _make,
    ("tls.reset", "tls.reset.sni"),
    ("on", "in"),
    {"match": {"suffix": ["blocked.example"]}, "residual": {"seconds": 180}},
)
