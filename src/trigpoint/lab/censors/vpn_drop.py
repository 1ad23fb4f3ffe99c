"""Flows of VPN protocols fall silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from trigpoint.lab.engine.behaviour import Behaviour, Parameters, Plan
from trigpoint.lab.engine.group import Count, Way
from trigpoint.lab.engine.match import Match
from trigpoint.lab.engine.openings import OnOpening
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.silences import Drop
from trigpoint.net.packets import TCP
from trigpoint.net.vpn import is_openvpn_opening, is_wireguard_initiation

if TYPE_CHECKING:
    from trigpoint.lab.censors._shared import Place
    from trigpoint.lab.engine.sight import Sight
    from trigpoint.net.packets import Packet

Kind = Literal["openvpn", "wireguard"]


class VpnDrop(Parameters, frozen=True, kw_only=True):
    """Parameters. In Russia only addresses abroad were affected: ``match.except_addresses``."""

    match: Match = Match()
    """Flows. Every port of TCP and UDP, if nothing else is said."""
    kinds: Annotated[tuple[Kind, ...], msgspec.Meta(min_length=1)] = ("openvpn", "wireguard")
    """Protocols: OpenVPN by the opcode of the client's first packet, over UDP and TCP; WireGuard by the 148 bytes of
    its first message."""
    packets: Count = 10
    """Packets of either direction, behind the first, that still pass."""
    way: Way = "both"
    """Which packets vanish then."""


def _make(parameters: VpnDrop, _: Place) -> Plan:
    kinds = frozenset(parameters.kinds)

    def judge(sight: Sight) -> Hit | None:
        kind = vpn_kind(sight.packet)
        return Hit(kind, cause="tcp" if sight.packet.protocol == TCP else "udp.timeout") if kind in kinds else None

    response = Drop(parameters.way, parameters.packets, drops_trigger=not parameters.packets)
    return Plan(OnOpening(parameters.match, judge), response, "tcp", parameters.match, protocols=("tcp", "udp"))


def vpn_kind(packet: Packet) -> Kind | Literal[""]:
    """Name the protocol that a flow's first packet begins; empty for any other."""
    payload, is_stream = packet.content, packet.protocol == TCP
    if is_openvpn_opening(payload, is_stream=is_stream):
        return "openvpn"
    return "wireguard" if not is_stream and is_wireguard_initiation(payload) else ""


CENSOR = Behaviour(
    "vpn_drop",
    "drops the flows of OpenVPN and WireGuard after some packets",
    "USENIX Security 2022 (Xue, OpenVPN); net4people/bbs 274",
    VpnDrop,
    _make,
    ("tcp", "udp.timeout"),
    ("in",),
    {"packets": 10, "match": {"except_addresses": ["192.0.2.0/24"]}},
)
