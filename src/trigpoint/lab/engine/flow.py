"""Flows: what the filter remembers of a connection, and the small table that holds them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.packets import ACK, SYN, TCP

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.engine.censor import Watch  # noqa: TC004 - a flow is never decoded, and a censor needs flows
    from trigpoint.lab.engine.response import Ongoing  # noqa: TC004 - as above
    from trigpoint.net.packets import Packet

FlowKey = tuple[bytes, int, bytes, int, int]
"""Client, its port, server, its port, protocol."""

MOST_FLOWS = 4_096
"""Flows remembered; the one unused longest is forgotten first. A lab has hundreds, a real link millions."""

_IDLE_SECONDS = {TCP: 3_600.0}
_IDLE_OTHER_SECONDS = 60.0  # what filters are seen to remember of UDP: 60 s (USENIX Security 2025, QUIC at the GFW)


class Flow(msgspec.Struct):
    """What is known of one flow. The client is whoever sits inside, also where the flow was opened from outside."""

    key: FlowKey
    client: bytes
    client_port: int
    server: bytes
    server_port: int
    protocol: int
    version: int
    """4 or 6."""
    last: float
    """When its latest packet came."""
    begun_outward: bool = True
    """Whether who is inside began it, as far as its first packet tells."""
    first_sequences: dict[bool, int] = {}
    """Sequence number of the SYN by direction (true: outward)."""
    opened_outward: bool | None = None
    """Whether the client sent the first SYN. Missing: no SYN seen."""
    serial: int = 0
    """How many of its packets were inspected."""
    payloads: dict[bool, int] = msgspec.field(default_factory=lambda: {True: 0, False: 0})
    """Packets with payload so far, by direction, the current one included."""
    watches: list[Watch] = []
    """The censors that still have an eye on it, in the order of their hops."""
    readings: dict[object, object] = {}
    """What was read of its streams, shared by the censors that read them in the same way."""
    residuals: dict[tuple[str, str], Ongoing] = {}
    """What residual blocking does to it, by censor and tuple."""

    @property
    def asked_port(self) -> int:
        """The port of whoever was asked: the server's, unless the flow began outside."""
        return self.server_port if self.begun_outward else self.client_port

    @property
    def asking_port(self) -> int:
        """The port of whoever asked."""
        return self.client_port if self.begun_outward else self.server_port


def flow_of(packet: Packet, now: float, *, outward: bool) -> Flow:
    """Begin to remember the flow of a packet."""
    key = key_of(packet, outward=outward)
    return Flow(
        key, *key[:2], *key[2:4], packet.protocol, packet.version, now, _is_begun_outward(packet, outward=outward)
    )


def _is_begun_outward(packet: Packet, *, outward: bool) -> bool:
    """Tell by a flow's first packet who began it; where no SYN tells, what comes in from a lower port is an answer."""
    if packet.protocol == TCP and packet.flags & SYN:
        return outward != bool(packet.flags & ACK)
    return outward or packet.source_port <= packet.target_port


def key_of(packet: Packet, *, outward: bool) -> FlowKey:
    """Name the flow of a packet: the same for both directions."""
    if outward:
        return (packet.source, packet.source_port, packet.target, packet.target_port, packet.protocol)
    return (packet.target, packet.target_port, packet.source, packet.source_port, packet.protocol)


def begins_anew(flow: Flow, packet: Packet, now: float, *, outward: bool) -> bool:
    """Tell whether a packet belongs to a new connection that has the ports of an old one."""
    if now - flow.last > _IDLE_SECONDS.get(flow.protocol, _IDLE_OTHER_SECONDS):
        return True
    if packet.flags & (SYN | ACK) != SYN or flow.protocol != TCP:
        return False
    return flow.first_sequences.get(outward, packet.sequence) != packet.sequence or flow.opened_outward is None


def note(flow: Flow, packet: Packet, *, outward: bool) -> None:
    """Count a packet, and keep what later ones are read by."""
    flow.serial += 1
    if packet.end > packet.payload:
        flow.payloads[outward] += 1
    if packet.protocol == TCP and packet.flags & SYN:
        flow.first_sequences.setdefault(outward, packet.sequence)
        if flow.opened_outward is None:
            flow.opened_outward = outward == (not packet.flags & ACK)


class FlowTable:
    """At most so many flows; the one unused longest goes first."""

    __slots__ = ("_flows", "_most")

    def __init__(self, most: int = MOST_FLOWS) -> None:
        self._flows: OrderedDict[FlowKey, Flow] = OrderedDict()
        self._most = most

    def __len__(self) -> int:
        return len(self._flows)

    def find(self, packet: Packet, now: float, begin: Callable[[Flow], None], *, outward: bool) -> Flow:
        """Give the flow of a packet; ``begin`` is told of a new one."""
        key = key_of(packet, outward=outward)
        flow = self._flows.get(key)
        if flow is not None and not (
            (packet.flags & SYN or now - flow.last > _IDLE_OTHER_SECONDS)
            and begins_anew(flow, packet, now, outward=outward)
        ):
            flow.last = now
            self._flows.move_to_end(key)
            return flow
        flow = flow_of(packet, now, outward=outward)
        begin(flow)
        self._flows[key] = flow
        self._flows.move_to_end(key)
        if len(self._flows) > self._most:
            self._flows.popitem(last=False)
        return flow
