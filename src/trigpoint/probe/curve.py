"""How a transfer went over time: plateaus of rate, and plateaus of bytes (M21)."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.net.dial.diary import Diary, Trace

Points: TypeAlias = "Sequence[tuple[float, int]]"
"""Seconds, and bytes that had come by then."""

CUMULATIVE = "bytes_received_cumulative"
"""Network event that says how much had come (ooni/probe-cli, throttling)."""
PAUSE_SECONDS = 5.0
"""A silence of so long at the end of a transfer that is not complete is a stop."""
_SAMPLE_SECONDS = 0.25
_MOST_POINTS = 64


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of one transfer; whether it was throttled is not for it to say."""

    received_bytes: int
    """Bytes that came over TCP after the request."""
    first_byte_seconds: float | None
    """From the request to the first of them. None: none came."""
    seconds: float
    """From the request to the end, also where the end is our own timer."""
    rate: float | None
    """Bytes a second between the first and the last of them. None: they came at once, or not at all."""
    steady_rate: float | None
    """The same of the second half of the bytes, when the beginning is over: a rate plateau."""
    longest_pause_seconds: float
    """The longest time in which nothing came."""
    stopped_at_bytes: int | None
    """How many had come when nothing came any more, though there was more to come: a byte plateau. None: it ended."""
    points: tuple[tuple[float, int], ...]
    """At most 64 points of the curve."""


def curve_of(diary: Diary) -> Curve | None:
    """Read the curve of a diary with one transfer. None: nothing was asked for."""
    trips = diary.round_trips
    if not trips:
        return None
    trip, total, points = trips[0], 0, []
    for event in diary.network_events:
        if event.operation == "read" and not event.failure and event.t >= trip.t0 and event.num_bytes:
            total += event.num_bytes
            points.append((round(event.t - trip.t0, 6), total))
    return measured(points, trip.t - trip.t0, is_complete=trip.failure is None)


def measured(points: Points, seconds: float, *, is_complete: bool) -> Curve:
    """Take the facts from the points of a curve.

    >>> measured([(1.0, 100), (2.0, 200), (3.0, 300)], 3.0, is_complete=True).steady_rate
    100.0
    >>> measured([(0.1, 16_000)], 60.0, is_complete=False).stopped_at_bytes
    16000

    Args:
        points: since the request, in order.
        seconds: from the request to the end.
        is_complete: whether all came that should.

    """
    times = [0.0, *(time for time, _ in points), seconds]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    total = points[-1][1] if points else 0
    half = [point for point in points if point[1] >= total / 2]
    return Curve(
        received_bytes=total,
        first_byte_seconds=points[0][0] if points else None,
        seconds=round(seconds, 6),
        rate=_rate(points),
        steady_rate=_rate(half),
        longest_pause_seconds=round(max(pauses), 6),
        stopped_at_bytes=None if is_complete or pauses[-1] < PAUSE_SECONDS else total,
        points=tuple(thinned(points)),
    )


def _rate(points: Points) -> float | None:
    if not points or points[-1][0] <= points[0][0]:
        return None
    (begin, before), (end, after) = points[0], points[-1]
    return round((after - before) / (end - begin), 3)


def thinned(points: Points) -> list[tuple[float, int]]:
    """Leave out points evenly; the first and the last stay.

    >>> len(thinned([(float(number), number) for number in range(1000)]))
    64
    """
    if len(points) <= _MOST_POINTS:
        return list(points)
    step = (len(points) - 1) / (_MOST_POINTS - 1)
    return [points[round(number * step)] for number in range(_MOST_POINTS)]


async def sampled(trace: Trace) -> None:
    """Note every quarter of a second how much has come, until cancelled."""
    events = trace.diary.network_events
    seen = total = 0
    while True:
        await asyncio.sleep(_SAMPLE_SECONDS)
        total += sum(event.num_bytes or 0 for event in events[seen:] if event.operation == "read" and not event.failure)
        seen = len(events)
        trace.event(CUMULATIVE, num_bytes=total, proto="tcp")
