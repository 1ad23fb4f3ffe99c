"""A bad link: loss by the packet and in bursts, jitter, reordering, duplicates. No filter, and drawn the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.group import Way
from trigpoint.lab.engine.outcome import NOTHING, Act, Injection, Verdict
from trigpoint.lab.engine.placement import at_time_of_day

if TYPE_CHECKING:
    from trigpoint.lab.engine.response import Began, Hit
    from trigpoint.lab.engine.sight import Sight


class Link(msgspec.Struct, frozen=True):
    """What a link does to each packet. Bursts are a function of the time, so the link remembers nothing."""

    way: Way
    loss: float
    """Share of packets that are lost."""
    diurnal_loss: tuple[float, ...]
    """Share of packets that are lost besides, in equal parts of a day."""
    burst_every: float
    """Mean time from one burst of loss to the next, in seconds; 0 for none."""
    burst_seconds: tuple[float, float]
    """Shortest and longest burst."""
    burst_loss: float
    """Share of packets that are lost in a burst."""
    jitter: float
    """Longest additional delay, in seconds."""
    reorder: float
    """Share of packets that are held for so long that later ones overtake them."""
    reorder_seconds: float
    """How long."""
    duplicate: float
    """Share of packets that come twice."""

    def begin(self, hit: Hit, sight: Sight) -> Began:  # noqa: ARG002 - one response for every hit
        """Treat the first packet as all others."""
        return self.follow(sight), self

    def follow(self, sight: Sight) -> Act:
        """Treat one packet."""
        if not sight.goes(self.way):
            return NOTHING
        draws = sight.draws("link")
        if draws.share() < (self.burst_loss if self.is_in_burst(sight) else self.loss_at(sight.now)):
            return Act("drop", Verdict.DROP)
        delay = draws.seconds(0.0, self.jitter) if self.jitter else 0.0
        is_reordered = draws.share() < self.reorder
        if is_reordered:
            delay += self.reorder_seconds
        if draws.share() < self.duplicate:
            hop = sight.censor.placement.hop
            copy = Injection(sight.packet.data, not sight.outward, hop, delay)
            return Act("duplicate", delay=delay, injections=(copy,))
        if is_reordered:
            return Act("delay", delay=delay)
        return Act(delay=delay) if delay else NOTHING

    def loss_at(self, now: float) -> float:
        """Give the share of packets that are lost at a time outside of bursts."""
        if not self.diurnal_loss:
            return self.loss
        return 1.0 - (1.0 - self.loss) * (1.0 - at_time_of_day(self.diurnal_loss, now))

    def is_in_burst(self, sight: Sight) -> bool:
        """Tell whether the link loses in bursts now: each slot of time has one, at a drawn moment, of a drawn length.

        A burst is at most as long as a slot, so that only this slot and the one before need to be asked.
        """
        if not self.burst_every:
            return False
        slot = int(sight.now // self.burst_every)
        return any(self._covers(sight, number) for number in (slot - 1, slot))

    def _covers(self, sight: Sight, slot: int) -> bool:
        draws = Draws(sight.scene.seed, sight.censor.id, "burst", slot)
        start = (slot + draws.share()) * self.burst_every
        length = min(draws.seconds(*self.burst_seconds), self.burst_every)
        return start <= sight.now < start + length
