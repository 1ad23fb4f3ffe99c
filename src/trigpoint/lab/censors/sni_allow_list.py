"""Only listed names can be reached by TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Reset
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import OnHello, TlsMatch

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.response import Response


class SniAllowList(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: TlsMatch
    """Names that pass, of which there must be one; and flows. Every TCP port, if nothing else is said."""
    action: Literal["drop", "reset"] = "drop"
    """What becomes of the others."""
    prints: tuple[TcpPrint, ...] = (TcpPrint(),)
    """What its resets look like."""


def _make(parameters: SniAllowList, path: Place) -> Plan:
    match = parameters.match
    if match.means_all:
        message = "match: at least one name that passes"
        raise ValueError(message)
    if parameters.action == "drop" and path == "on":
        message = "action: nothing can be dropped on the path"
        raise ValueError(message)
    is_reset = parameters.action == "reset"
    response: Response = Reset(parameters.prints) if is_reset else Drop()
    cause = "tls.reset.sni" if is_reset else "tls.timeout.sni"
    return Plan(OnHello(match, unlisted=True), response, cause, match)


CENSOR = Behaviour(
    "sni_allow_list",
    "cuts connections whose ClientHello asks for a name that is not listed",
    "net4people/bbs issues 516 and 630 (2025)",
    SniAllowList,
    _make,
    ("tls.timeout.sni", "tls.reset.sni"),
    ("in", "on"),
    {"match": {"suffix": ["allowed.example"]}},
)
