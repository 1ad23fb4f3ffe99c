"""Some more packets pass after the ClientHello, and then none."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, by_name
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Count, Way
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import OnHello, TlsMatch


class DelayedDrop(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names and flows. Every TCP port, if nothing else is said."""
    packets: Count = 5
    """Packets of either direction that still pass, behind the ClientHello."""
    packets_up_to: Count = 8
    """The number is drawn for each flow from between the two."""
    way: Way = "both"
    """Which packets vanish then."""


def _make(parameters: DelayedDrop, _: Place) -> Plan:
    match = parameters.match
    response = Drop(parameters.way, parameters.packets, parameters.packets_up_to, drops_trigger=False)
    return Plan(OnHello(match), response, by_name("tls.timeout", "sni", is_named=not match.means_all), match)


CENSOR = Behaviour(
    "delayed_drop",
    "lets some packets pass after a ClientHello that asks for a listed name, and then drops both ways",
    "IMC 2022 (TSPU SNI-II: 5 to 8 packets)",
    DelayedDrop,
    _make,
    ("tls.timeout", "tls.timeout.sni"),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}},
)
