"""Where a censor stands, when it works, and how reliably."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from trigpoint.lab.engine.group import Group, Seconds, Share, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86_400.0
"""Seconds."""


class Placement(Group, frozen=True):
    """Where it stands and what it gets to see."""

    hop: Annotated[int, msgspec.Meta(ge=0, le=64)] = 3
    """It stands behind this router, counted from the client: a packet sent with this TTL does not reach it."""
    path: Literal["", "on", "in"] = ""
    """``on``: it sees a copy, may inject, and can neither drop nor hold. ``in``: it may. Empty: as is usual for the
    behaviour."""
    direction: Way = "out"
    """Which packets may trigger it: those from inside, from outside, or both. What is triggered by addresses and ports
    alone does not ask."""
    flow_hash_miss: Share = 0.0
    """Share of flows that never come past it: all or nothing for a pair of client port and server."""
    address_miss: Share = 0.0
    """Share of the servers' addresses that are never looked at: the same ones in every run with one seed."""
    fire_probability: Share = 1.0
    """How often it fires when it should: drawn for each query, request, ClientHello, SYN or QUIC datagram that is met,
    and once for each flow where ports, addresses or the first payload trigger it."""


class Window(Group, frozen=True):
    """A time in which it works."""

    start: Seconds
    """Seconds of lab time."""
    end: Seconds
    """Seconds of lab time; not included."""


class Schedule(Group, frozen=True):
    """When it works."""

    windows: tuple[Window, ...] = ()
    """Times in which it works. None: always."""
    period_seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    """After which the windows come again; 86,400 for days. 0: never."""
    diurnal: tuple[Share, ...] = ()
    """Shares by which the probability to fire is multiplied in equal parts of the period (of a day, if there is no
    period): 24 values are hours."""

    def is_active(self, now: float) -> bool:
        """Tell whether it works at a time."""
        if not self.windows:
            return True
        moment = now % self.period_seconds if self.period_seconds else now
        return any(window.start <= moment < window.end for window in self.windows)

    def share(self, now: float) -> float:
        """Give the share for a time."""
        if not self.diurnal:
            return 1.0
        return at_time_of_day(self.diurnal, now, self.period_seconds or DAY)


def at_time_of_day(shares: Sequence[float], now: float, period: float = DAY) -> float:
    """Give the share of the part of a day, or of another period, in which a time is.

    >>> at_time_of_day((0.1, 0.5), 43_200.0)
    0.5
    """
    return shares[int(now % period / period * len(shares)) % len(shares)]
