"""Connections are closed in the server's name by the server name of the ClientHello."""

from __future__ import annotations

from trigpoint.lab.censors._shared import Place, by_name
from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Close
from trigpoint.lab.engine.triggers import OnHello, TlsMatch


class TlsClose(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch = TlsMatch()
    """Names and flows. Every TCP port, if nothing else is said."""
    print: TcpPrint = TcpPrint(to="client", flags="fin+ack")
    """How the closing segment looks. Its payload may be a TLS alert: ``15030300020228`` is handshake_failure."""


def _make(parameters: TlsClose, path: Place) -> Plan:
    match = parameters.match
    cause = by_name("tls.close", "sni", is_named=not match.means_all)
    return Plan(OnHello(match), Close(parameters.print, path == "in"), cause, match)


CENSOR = Behaviour(
    "tls_close",
    "closes the connection in the server's name after a ClientHello that asks for a listed name",
    "OONI data format df-007 (ssl_eof_error)",
    TlsClose,
    _make,
    ("tls.close", "tls.close.sni"),
    ("in", "on"),
    {"match": {"suffix": ["blocked.example"]}},
)
