"""Responses that make a flow slow: policing and shaping by token bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.outcome import DROPPED, NOTHING, Act

if TYPE_CHECKING:
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight


class Bucket(msgspec.Struct):
    """A token bucket (RFC 2697 calls its size the committed burst)."""

    rate: float
    """Bytes a second."""
    burst: float
    """Bytes it holds when full."""
    level: float
    """Bytes it holds; below 0 it is owed."""
    time: float
    """When the level was right."""

    def fill(self, now: float) -> None:
        """Add what has come since."""
        self.level = min(self.burst, self.level + max(0.0, now - self.time) * self.rate)
        self.time = max(now, self.time)


def _buckets(rate: float, burst: float, now: float) -> dict[bool, Bucket]:
    return {outward: Bucket(rate, burst, burst, now) for outward in (True, False)}


class Police(msgspec.Struct, frozen=True):
    """Drops what goes faster than the rate, each direction by itself."""

    rate: float
    """Bytes a second."""
    burst: float
    """Bytes."""
    way: Way

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Begin with full buckets; the trigger passes."""
        return Act("arm"), Policed(self, _buckets(self.rate, self.burst, sight.now))


class Policed(msgspec.Struct):
    """A flow that is policed."""

    how: Police
    buckets: dict[bool, Bucket]

    def follow(self, sight: Sight) -> Act:
        """Take the packet's bytes from the bucket, or drop it."""
        if not sight.goes(self.how.way):
            return NOTHING
        bucket = self.buckets[sight.outward]
        bucket.fill(sight.now)
        size = sight.packet.end
        if bucket.level < size:
            return DROPPED
        bucket.level -= size
        return NOTHING


class Shape(msgspec.Struct, frozen=True):
    """Holds what goes faster than the rate; may lose and delay packets besides."""

    rate: float
    """Bytes a second; 0 for no limit."""
    burst: float
    """Bytes."""
    way: Way
    queue_seconds: float
    """What would be held longer is dropped."""
    loss: float = 0.0
    """Share of packets that are dropped."""
    delay: tuple[float, float] = (0.0, 0.0)
    """Shortest and longest additional delay, in seconds."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Begin with full buckets; the trigger passes."""
        return Act("shape"), Shaped(self, _buckets(self.rate, self.burst, sight.now))


class Shaped(msgspec.Struct):
    """A flow that is shaped."""

    how: Shape
    buckets: dict[bool, Bucket]

    def follow(self, sight: Sight) -> Act:
        """Hold the packet as long as its bytes need, or drop it."""
        how = self.how
        if not sight.goes(how.way):
            return NOTHING
        draws = sight.draws("shape") if how.loss or how.delay[1] else None
        if draws and draws.share() < how.loss:
            return DROPPED
        wait = self._wait(sight)
        if wait > how.queue_seconds:
            return DROPPED
        if draws:
            wait += draws.seconds(*how.delay)
        return Act(delay=wait) if wait else NOTHING

    def _wait(self, sight: Sight) -> float:
        if not self.how.rate:
            return 0.0
        bucket = self.buckets[sight.outward]
        bucket.fill(sight.now)
        wait = max(0.0, (sight.packet.end - bucket.level) / bucket.rate)
        if wait <= self.how.queue_seconds:
            bucket.level -= sight.packet.end
        return wait
