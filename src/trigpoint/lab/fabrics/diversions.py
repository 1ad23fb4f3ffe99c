"""Flows that were handed to a host on the way: their addresses are translated, and translated back (RFC 3022)."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.packets import readdressed

if TYPE_CHECKING:
    from trigpoint.net.packets import Packet

MOST_DIVERSIONS = 4_096
"""Flows remembered; the one that was diverted longest ago is forgotten first."""

_Key = tuple[bytes, int, bytes, int, int]


class Diversion(msgspec.Struct, frozen=True, gc=False):
    """One flow."""

    target: bytes
    """Address to which it was going; the port stays."""
    seconds: float
    """From the client to the host."""


class Diversions:
    """The flows that were diverted."""

    __slots__ = ("_flows",)

    def __init__(self) -> None:
        self._flows: OrderedDict[_Key, Diversion] = OrderedDict()

    def divert(self, packet: Packet, host: bytes, seconds: float) -> bytes:
        """Address a packet of the client to the host instead, and remember where it was going."""
        key = (host, packet.target_port, packet.source, packet.source_port, packet.protocol)
        self._flows[key] = Diversion(packet.target, seconds)
        self._flows.move_to_end(key)
        if len(self._flows) > MOST_DIVERSIONS:
            self._flows.popitem(last=False)
        return readdressed(packet, target=host)

    def restore(self, packet: Packet) -> tuple[bytes, float] | None:
        """Write a host's answer in the name of the server that was meant; None where nothing was diverted.

        Returns:
            The packet, and its time to the client in seconds.

        """
        key = (packet.source, packet.source_port, packet.target, packet.target_port, packet.protocol)
        diversion = self._flows.get(key)
        return (readdressed(packet, source=diversion.target), diversion.seconds) if diversion else None

    def original(self, host: tuple[bytes, int], client: tuple[bytes, int], protocol: int) -> bytes | None:
        """Say where a flow was going, None if it was not diverted."""
        diversion = self._flows.get((*host, *client, protocol))
        return diversion.target if diversion else None

    def __bool__(self) -> bool:
        return bool(self._flows)
