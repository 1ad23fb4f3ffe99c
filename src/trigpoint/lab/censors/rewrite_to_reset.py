"""The server's packets become resets after a ClientHello that asks for a listed name."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, by_name
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.resets import RewriteToReset
from trigpoint.lab.engine.triggers import OnHello, TlsMatch


class Rewrite(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names and flows. Every TCP port, if nothing else is said."""


def _make(parameters: Rewrite, _: Place) -> Plan:
    match = parameters.match
    cause = by_name("tls.reset", "sni", is_named=not match.means_all)
    return Plan(OnHello(match), RewriteToReset(), cause, match)


CENSOR = Behaviour(
    "rewrite_to_reset",
    "lets the ClientHello pass and turns every packet of the server into a reset",
    "IMC 2022 (TSPU SNI-I)",
    Rewrite,
    _make,
    ("tls.reset", "tls.reset.sni"),
    ("in",),
    {"match": {"suffix": ["blocked.example"]}},
)
