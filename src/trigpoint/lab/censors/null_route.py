"""Listed addresses do not answer, or a router answers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.resets import IcmpKind, Refuse
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.silences import Drop
from trigpoint.lab.engine.triggers import Always, Look
from trigpoint.net.packets import TCP, UDP

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.sight import Sight

_STALLED = {443: "tls.timeout", 80: "http.timeout"}
"""What falls silent after the handshake, by port of TCP."""


class NullRoute(Parameters, frozen=True, kw_only=True):
    """Parameters."""

    match: Match
    """Addresses, which must be given; perhaps ports, families and protocols besides."""
    answer: Literal["silence", "rst"] | IcmpKind = "silence"
    """What the client hears: nothing, a reset, or an ICMP message."""
    way: Way = "both"
    """Which packets vanish; ``in`` is the drop of the return way alone, where the server sees SYNs. For silence."""
    passes: Literal["nothing", "handshake"] = "nothing"
    """What still passes: nothing, or every packet without payload, so that connections open and then die. For
    silence."""


class _AnyFlow:
    """Hits at the first packet of a flow, and says what will not be answered in it."""

    is_blind: ClassVar[bool] = True
    is_final: ClassVar[bool] = True

    def look(self, sight: Sight) -> Look:
        if sight.flow.protocol == TCP:
            return Hit("flow", cause=_STALLED.get(sight.flow.asked_port, "tcp"))
        return Hit("flow", cause="udp.timeout" if sight.flow.protocol == UDP else "ip")


def _make(parameters: NullRoute, _: Place) -> Plan:
    match, answer = parameters.match, parameters.answer
    if not match.addresses:
        message = "match.addresses: at least one"
        raise ValueError(message)
    if parameters.passes == "handshake" and answer == "silence":
        return Plan(_AnyFlow(), Drop(parameters.way, only_payload=True), "tls.timeout", match, protocols=())
    if answer == "silence":
        is_prefix = any("/" in address and not address.endswith(("/32", "/128")) for address in match.addresses)
        cause = "ip.prefix_null_route" if is_prefix else "tcp.timeout"
        return Plan(Always(), Drop(parameters.way), cause, match, protocols=())
    cause = "tcp.refused" if answer == "rst" else "ip.unreachable"
    return Plan(Always(), Refuse(answer), cause, match, protocols=())


CENSOR = Behaviour(
    "null_route",
    "drops packets to or from listed addresses, or those with payload alone; silently, or with a reset or by ICMP",
    "PETS 2015 (Ensafi); FOCI 2019 (Chai); IMC 2022 (TSPU); SIGCOMM 2023 (Sundara Raman: after the handshake)",
    NullRoute,
    _make,
    (
        "tcp.timeout",
        "ip.prefix_null_route",
        "tcp.refused",
        "ip.unreachable",
        "tls.timeout",
        "http.timeout",
        "tcp",
        "udp.timeout",
        "ip",
    ),
    ("in",),
    {"match": {"addresses": ["203.0.113.9", "2001:db8:1::9"]}},
)
