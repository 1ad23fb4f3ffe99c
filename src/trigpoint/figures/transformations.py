"""Named functions of figures: what a ledger may compute from what is in it, and compute again to check it.

Each is monotone in each of its arguments, so that its interval over theirs is exact: the greatest value stands where
every argument that raises it is greatest and every other one least (interval arithmetic, Moore 1966).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import MappingProxyType

import msgspec


class Transformation(msgspec.Struct, frozen=True, kw_only=True):
    """A function of numbers that is monotone in each."""

    name: str
    """As figures quote it."""
    meaning: str
    """What it gives, for a person."""
    function: Callable[[Sequence[float]], float]
    """The function. ``ZeroDivisionError``: it has no value there."""
    raises: tuple[bool, ...]
    """Of each argument whether the value grows with it; the last entry holds for all further ones."""
    is_positive: bool = False
    """Whether arguments must not be negative for it to be monotone."""

    def value(self, arguments: Sequence[float]) -> float | None:
        """Compute. ``None``: it has no value there, or its arguments are none of its domain."""
        if not arguments or (self.is_positive and min(arguments) < 0):
            return None
        try:
            found = self.function(arguments)
        except ZeroDivisionError:
            return None
        return found if math.isfinite(found) else None

    def interval(self, lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float] | None:
        """Give the least and greatest value over a box of arguments. ``None``: it has none there."""
        ups = [self.raises[min(at, len(self.raises) - 1)] for at in range(len(lows))]
        least = self.value([low if up else high for low, high, up in zip(lows, highs, ups, strict=True)])
        greatest = self.value([high if up else low for low, high, up in zip(lows, highs, ups, strict=True)])
        return None if least is None or greatest is None else (least, greatest)


def _ratio(arguments: Sequence[float]) -> float:
    above, below = arguments
    return above / below


def _points(arguments: Sequence[float]) -> float:
    return 100 * _difference(arguments)


def _growth(arguments: Sequence[float]) -> float:
    later, earlier = arguments
    return later / earlier - 1


def _difference(arguments: Sequence[float]) -> float:
    left, right = arguments
    return left - right


_ALL = (
    Transformation(name="sum", meaning="all of them together", function=math.fsum, raises=(True,)),
    Transformation(
        name="ratio", meaning="the first for one of the second", function=_ratio, raises=(True, False), is_positive=True
    ),
    Transformation(
        name="product", meaning="all multiplied", function=math.prod, raises=(True,), is_positive=True
    ),
    Transformation(
        name="difference", meaning="the first less the second", function=_difference, raises=(True, False)
    ),
    Transformation(
        name="points",
        meaning="the first share less the second, in percentage points",
        function=_points,
        raises=(True, False),
    ),
    Transformation(
        name="growth",
        meaning="the first against the second: 0.1 is a tenth more",
        function=_growth,
        raises=(True, False),
        is_positive=True,
    ),
)  # fmt: skip

TRANSFORMATIONS = MappingProxyType({entry.name: entry for entry in _ALL})
"""All of them, by name."""
