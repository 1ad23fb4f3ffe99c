"""Flows are handed to an interceptor, which shows certificates of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.diversions import Divert
from trigpoint.lab.engine.triggers import OnBegin, OnHello, TlsMatch

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place


class TlsInterception(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    to: str
    """The host that intercepts. It reads the same names, and hands all others on to the true server."""
    match: TlsMatch = TlsMatch()
    """Flows, which are all handed over; names say which are logged. TCP port 443, if nothing else is said."""
    issuer: Literal["self_signed", "ca_signed", "local"] = "ca_signed"
    """Who signed what it shows: nobody, an authority, or a program on the device or in the office, which is no
    censor."""


_CAUSES = {"self_signed": "tls.mitm.self_signed", "ca_signed": "tls.mitm.ca_signed", "local": "local.tls_interception"}


def _make(parameters: TlsInterception, _: Place) -> Plan:
    match = parameters.match
    return Plan(OnBegin(), Divert(parameters.to, OnHello(match)), _CAUSES[parameters.issuer], match, (443,))


CENSOR = Behaviour(
    "tls_interception",
    "hands TLS connections to a host that shows certificates of its own for listed names",
    "IMC 2020 (Raman, Kazakhstan); OONI 2024",
    TlsInterception,
    _make,
    ("tls.mitm.self_signed", "tls.mitm.ca_signed", "local.tls_interception"),
    ("in",),
    {"to": "interceptor", "match": {"suffix": ["blocked.example"]}},
)
