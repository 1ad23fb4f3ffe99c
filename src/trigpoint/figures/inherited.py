"""What a figure has of those that it was computed from: value, interval, words, licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.transformations import TRANSFORMATIONS
from trigpoint.model.figure import IntervalKind
from trigpoint.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.model.figure import Figure


class Interval(msgspec.Struct, frozen=True):
    """Ends of an interval, and how it was made."""

    low: float
    high: float
    kind: IntervalKind


def computed(transformation: str, givens: Sequence[Figure]) -> tuple[float | None, Interval | None]:
    """Apply a function of :data:`~.transformations.TRANSFORMATIONS` to figures; nothing where one of them is missing.

    Raises:
        KeyError: there is no such function.

    """
    function = TRANSFORMATIONS[transformation]
    values = [given.value for given in givens if isinstance(given.value, int | float)]
    if len(values) < len(givens):
        return None, None
    value = function.value(values)
    kinds = {given.interval for given in givens if given.interval is not None}
    if value is None or not kinds:
        return value, None
    lows = [number if given.low is None else given.low for number, given in zip(values, givens, strict=True)]
    highs = [number if given.high is None else given.high for number, given in zip(values, givens, strict=True)]
    ends = function.interval(lows, highs)
    kind = kinds.pop() if len(kinds) == 1 else IntervalKind.MIXED
    return value, Interval(*ends, kind) if ends else None


def joined(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Give the words of all, each once, sorted."""
    return _JOINED[tuple(map(tuple, parts))]


_JOINED: Remembered[tuple[tuple[str, ...], ...], tuple[str, ...]] = Remembered(
    lambda parts: tuple(sorted({word for part in parts for word in part})), limit=4_096
)
"""A ledger asks a hundred thousand times for the same few."""


def licence_of(licences: Iterable[str | None]) -> str | None:
    """Join licences; where one is not stated, none can be told of the whole."""
    words = joined((licence or "").split(" AND ") for licence in licences)
    return None if "" in words or not words else " AND ".join(words)
