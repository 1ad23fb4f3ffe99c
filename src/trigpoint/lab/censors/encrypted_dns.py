"""Encrypted DNS is cut off: DoH by server name or address, DoT by its port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.prints import TcpPrint
from trigpoint.lab.engine.resets import Refuse, Reset
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Always, OnHello, TlsMatch, Trigger

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.response import Response


class EncryptedDns(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    by: Literal["name", "address", "port"] = "name"
    """What triggers: the server name of a ClientHello, the server's address, or the port (853, if nothing is said)."""
    match: TlsMatch = TlsMatch()
    """Names or addresses of resolvers, and flows."""
    action: Literal["drop", "reset"] = "reset"
    """What is done: packets vanish, or the connection is reset."""
    prints: tuple[TcpPrint, ...] = (TcpPrint(),)
    """What its resets look like."""


def _make(parameters: EncryptedDns, path: Place) -> Plan:
    match, is_reset, by = parameters.match, parameters.action == "reset", parameters.by
    if by == "address" and not match.addresses:
        message = "match.addresses: at least one"
        raise ValueError(message)
    if path == "on" and not (is_reset and by == "name"):
        message = "placement.path: only resets by name can be done on the path"
        raise ValueError(message)
    if by == "name":
        named: Response = Reset(parameters.prints) if is_reset else Drop()
        return Plan(OnHello(match), named, "tls.reset.sni" if is_reset else "tls.timeout.sni", match)
    trigger: Trigger = Always()
    response: Response = Refuse("rst") if is_reset else Drop()
    ports = (853,) if by == "port" else ()
    cause = "tcp.refused" if is_reset else "tcp.timeout"
    return Plan(trigger, response, cause, match, ports, ("tcp", "udp"))


CENSOR = Behaviour(
    "encrypted_dns",
    "cuts connections to resolvers that speak DNS over HTTPS or TLS",
    "FOCI 2021 (Basso); Hoang 2022 (DNEye)",
    EncryptedDns,
    _make,
    ("tls.reset.sni", "tls.timeout.sni", "tcp.refused", "tcp.timeout"),
    ("in", "on"),
    {"match": {"exact": ["blocked.example"]}},
)
