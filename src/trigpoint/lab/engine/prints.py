"""Prints of forged TCP segments: what they look like, by which injectors are told apart."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from trigpoint.lab.engine.group import Group, NumberRule, Seconds, Share, as_number
from trigpoint.lab.engine.outcome import Injection
from trigpoint.net.packets import ACK, FIN, PSH, RST, SYN, IpFields, Segment, raised_ttl, tcp

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.engine.draws import Draws
    from trigpoint.lab.engine.sight import Sight

_FLAGS = {
    "rst": RST,
    "rst+ack": RST | ACK,
    "rst+psh+ack": RST | PSH | ACK,
    "fin+ack": FIN | ACK,
    "fin+psh+ack": FIN | PSH | ACK,
    "psh+ack": PSH | ACK,
}
_LONGEST_PAYLOAD = 1_400  # bytes; one segment


class IpPrint(Group, frozen=True):
    """What the IP header of a forged packet looks like."""

    ttl: NumberRule = 64
    """Its TTL or hop limit."""
    ttl_at: Literal["sender", "receiver"] = "sender"
    """Where the TTL is as given; observed ones are those at the receiver."""
    ip_id: NumberRule = 0
    """Its IPv4 identification."""
    dont_fragment: bool = True
    """Its DF flag."""


class TcpPrint(IpPrint, frozen=True):
    """What a burst of forged segments looks like."""

    weight: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    """How often this print is taken among several."""
    beside: Share = 0.0
    """Share of the flows that drew another print which get this one as well, as from several injectors on one path."""
    to: Literal["client", "server", "both"] = "both"
    """Who gets it: who began the connection, whom it was begun with, or both."""
    flags: Literal["rst", "rst+ack", "rst+psh+ack", "fin+ack", "fin+psh+ack", "psh+ack"] = "rst+ack"
    """Its TCP flags."""
    count: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1
    """Segments for each receiver."""
    sequence_offsets: tuple[Annotated[int, msgspec.Meta(ge=-0x80000000, le=0x7FFFFFFF)], ...] = (0,)
    """Added to the right sequence number, one for each segment; the last holds for the rest."""
    window: NumberRule = 0
    """Its TCP window."""
    payload: str = ""
    """What it carries, in hexadecimal digits."""
    delay_seconds: Seconds = 0.0
    """Between the trigger and the burst."""

    def __post_init__(self) -> None:
        """Refuse what is no hexadecimal payload of one segment, and no offset at all."""
        if len(self.payload) % 2 or not set(self.payload) <= set(string.hexdigits):
            message = "payload: not an even number of hexadecimal digits"
            raise ValueError(message)
        if len(self.payload) > 2 * _LONGEST_PAYLOAD or not self.sequence_offsets:
            message = f"payload: at most {_LONGEST_PAYLOAD} bytes; sequence_offsets: at least one"
            raise ValueError(message)


class Face(msgspec.Struct, frozen=True, gc=False):
    """Ends and numbers of a segment forged from the one that triggered."""

    source: tuple[bytes, int]
    target: tuple[bytes, int]
    sequence: int
    acknowledgement: int


def face(sight: Sight, *, to_client: bool, original_passes: bool = True) -> Face:
    """Say which numbers a segment needs so that its receiver takes it for the other end's.

    Towards the sender of the packet it continues what that acknowledged; towards the receiver it stands behind the
    packet, or in its place where that does not come through.
    """
    packet = sight.packet
    length = packet.end - packet.payload + bool(packet.flags & SYN) + bool(packet.flags & FIN)
    source, target = (packet.source, packet.source_port), (packet.target, packet.target_port)
    if to_client == sight.outward:
        sequence = packet.acknowledgement if packet.flags & ACK else 0
        return Face(target, source, sequence, packet.sequence + length)
    return Face(source, target, packet.sequence + (length if original_passes else 0), packet.acknowledgement)


def forge(sight: Sight, *looks: TcpPrint, original_passes: bool = True) -> tuple[Injection, ...]:
    """Forge a burst of segments of each look, to those who get it."""
    found: list[Injection] = []
    for look in looks:
        for is_client in (True, False):
            to_client = is_client == sight.flow.begun_outward  # the client of a connection from outside is outside
            if look.to in {"both", "client" if is_client else "server"}:
                ends = face(sight, to_client=to_client, original_passes=original_passes)
                found += _burst(sight, look, ends, to_client=to_client)
    return tuple(found)


def _burst(sight: Sight, look: TcpPrint, ends: Face, *, to_client: bool) -> list[Injection]:
    draws = sight.draws(f"print to {'client' if to_client else 'server'}")
    headers = ip_fields(sight, look, draws, look.count, to_client=to_client)
    windows = numbers(look.window, look.count, sight.packet.window, draws, _Counter(sight, look, "window"))
    flags, payload = _FLAGS[look.flags], bytes.fromhex(look.payload)
    acknowledgement = ends.acknowledgement if flags & ACK else 0
    hop = sight.censor.placement.hop
    found = []
    for index, header in enumerate(headers):
        offset = look.sequence_offsets[min(index, len(look.sequence_offsets) - 1)]
        segment = Segment(ends.sequence + offset, acknowledgement, flags, windows[index] & 0xFFFF, payload)
        found.append(Injection(tcp(ends.source, ends.target, segment, header), to_client, hop, look.delay_seconds))
    return found


def ip_fields(sight: Sight, look: IpPrint, draws: Draws, count: int, *, to_client: bool) -> list[IpFields]:
    """Choose the IP headers of a burst."""
    hop = sight.censor.placement.hop
    way = hop if to_client else max(0, sight.scene.hops - hop)
    more = way if look.ttl_at == "receiver" else 0
    ttls = numbers(look.ttl, count, sight.ttl, draws, _Counter(sight, look, "ttl"))
    identifications = numbers(look.ip_id, count, sight.packet.identification, draws, _Counter(sight, look, "ip_id"))
    return [
        IpFields(raised_ttl(ttl, more), identification & 0xFFFF, look.dont_fragment)
        for ttl, identification in zip(ttls, identifications, strict=True)
    ]


class _Counter:
    """How many packets of one make a censor has sent before, for one field of theirs."""

    __slots__ = ("_field", "_look", "_sight")

    def __init__(self, sight: Sight, look: IpPrint, field: str) -> None:
        self._sight, self._look, self._field = sight, look, field

    def __call__(self) -> int:
        return self._sight.scene.tally(self._sight.censor.id, f"{self._field} of {self._look!r}")


def numbers(
    rule: NumberRule, count: int, mirrored: int, draws: Draws, counted: Callable[[], int] | None = None
) -> list[int]:
    """Choose a number for each packet of a burst.

    Args:
        rule: how.
        count: packets of the burst.
        mirrored: the number in the packet that triggered.
        draws: where chance comes from.
        counted: counts a packet, and gives how many were counted before it. Missing: those of this burst.

    """
    number = as_number(rule)
    high = max(number.low, number.high)
    if number.rule == "random":
        return [draws.between(number.low, high) for _ in range(count)]
    if number.rule == "mirror":
        return [mirrored] * count
    if number.rule == "increment":
        first = draws.between(number.low, high)
        return [first + index for index in range(count)]
    if number.rule == "count":
        return [number.low + (counted() if counted else index) % (high - number.low + 1) for index in range(count)]
    return [number.low] * count


def choose(looks: tuple[TcpPrint, ...], sight: Sight) -> tuple[TcpPrint, ...]:
    """Choose one of several prints, and those that come beside it: the same for the whole flow."""
    if len(looks) == 1:
        return looks
    draws = sight.flow_draws("which print")
    drawn = draws.weighted([look.weight for look in looks])
    return tuple(
        look for index, look in enumerate(looks) if index == drawn or (look.beside and draws.share() < look.beside)
    )
