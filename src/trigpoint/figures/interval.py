"""Intervals of shares."""

from __future__ import annotations

import math

import msgspec

Z_95 = 1.959963984540054
"""97.5 % quantile of the standard normal distribution: two-sided 95 %."""


class Share(msgspec.Struct, frozen=True):
    """Cases counted of cases in all, with the interval at 95 %."""

    numerator: int
    """Cases counted."""
    denominator: int
    """Cases in all."""
    low: float
    """Lower end, from 0 to 1."""
    high: float
    """Upper end, from 0 to 1."""

    @property
    def value(self) -> float | None:
        """The share, 0 to 1. ``None``: of nothing."""
        return self.numerator / self.denominator if self.denominator else None


def wilson(numerator: int, denominator: int) -> Share:
    """Give a share its Wilson score interval (Wilson 1927); of nothing it is 0 to 1.

    >>> share = wilson(0, 10)
    >>> round(share.low, 3), round(share.high, 3)
    (0.0, 0.278)

    Raises:
        ValueError: more cases counted than there are, or fewer than none.

    """
    if not 0 <= numerator <= denominator:
        message = f"{numerator} of {denominator} is not a share"
        raise ValueError(message)
    if denominator == 0:
        return Share(0, 0, 0.0, 1.0)
    square = Z_95 * Z_95
    rate = numerator / denominator
    centre = rate + square / (2 * denominator)
    spread = Z_95 * math.sqrt(rate * (1 - rate) / denominator + square / (4 * denominator * denominator))
    scale = 1 + square / denominator
    low = 0.0 if numerator == 0 else (centre - spread) / scale
    high = 1.0 if numerator == denominator else (centre + spread) / scale
    return Share(numerator, denominator, max(low, 0.0), min(high, 1.0))
