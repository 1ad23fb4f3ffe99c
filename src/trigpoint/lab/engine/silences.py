"""Responses that let packets vanish: at once, after some packets, after some bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.outcome import DROPPED, NOTHING, Act
from trigpoint.lab.engine.response import Began, Hit, Silence

if TYPE_CHECKING:
    from trigpoint.lab.engine.sight import Sight

_ARMED = Act("arm")


class Drop(msgspec.Struct, frozen=True):
    """Drops the packets of a flow one way, or both."""

    way: Way = "both"
    after_packets: int = 0
    """Packets of either direction, behind the trigger, that still pass."""
    after_packets_up_to: int = 0
    """If larger, the number is drawn for each flow from between the two."""
    after_seconds: float = 0.0
    """Time in which everything still passes."""
    drops_trigger: bool = True
    """Whether the packet that triggered is dropped as well."""
    only_payload: bool = False
    """Whether packets without payload pass."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Drop the packet, if it goes that way and nothing is to be waited for."""
        packets = self.after_packets
        if self.after_packets_up_to > packets:
            packets = sight.flow_draws("packets that pass").between(packets, self.after_packets_up_to)
        silence = Silence(self.way, sight.now + self.after_seconds, packets, self.only_payload)
        if not self.drops_trigger or packets or self.after_seconds:
            return _ARMED, silence
        act = silence.follow(sight)
        return (act if act is DROPPED else _ARMED), silence


class Frost(msgspec.Struct):
    """Counts what passes, and then lets nothing more pass."""

    way: Way
    """Which direction is counted."""
    bytes_left: int
    packets_left: int
    stops: Way

    def follow(self, sight: Sight) -> Act:
        """Count, or drop."""
        if self.bytes_left <= 0 or self.packets_left <= 0:
            return DROPPED if sight.goes(self.stops) else NOTHING
        if sight.goes(self.way):
            self.bytes_left -= sight.packet.end - sight.packet.payload
            self.packets_left -= 1
        return NOTHING


class Freeze(msgspec.Struct, frozen=True):
    """Lets a number of bytes or packets pass, counted from the trigger on, and then nothing."""

    after_bytes: int
    """Of payload, 0 for no such limit."""
    after_packets: int
    """0 for no such limit."""
    way: Way = "in"
    """Which direction is counted."""
    stops: Way = "both"
    """Which direction is stopped then."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Begin to count."""
        never = 1 << 62
        frost = Frost(self.way, self.after_bytes or never, self.after_packets or never, self.stops)
        frost.follow(sight)
        return _ARMED, frost


class Oversized(msgspec.Struct, frozen=True):
    """Drops packets that are larger than the link behind it takes, without a word."""

    mtu: int
    way: Way

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Look at the first packet as at all others."""
        return self.follow(sight), self

    def follow(self, sight: Sight) -> Act:
        """Drop what is too large."""
        return DROPPED if sight.packet.end > self.mtu and sight.goes(self.way) else NOTHING
