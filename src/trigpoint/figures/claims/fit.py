"""How a claimed number stands to a fact: the same, the same when rounded, or another one."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum

import msgspec

from trigpoint.figures.claims.facts import Fact

SAME = 0.005
"""Relative deviation up to which numbers are the same: they are given to three digits at most."""
ROUNDED = 0.05
"""Relative deviation above which no rounding excuses a claim, however few digits it has."""


class Fit(IntEnum):
    """How good, the best greatest."""

    OFF = 0
    REVISED = 1
    """An older vintage fits, the newest does not."""
    ROUND = 2
    EXACT = 3


class Bearing(msgspec.Struct, frozen=True):
    """A fact with how the claim stands to it."""

    fact: Fact
    fit: Fit
    deviation: float | None
    """Of the claim from the fact: 0.1 is a tenth more. Missing: the fact is nought, or the claim gives no number."""
    decides: bool = True
    """Whether it is of the claim's time, and as exact in time as any."""


def bearing(claimed: float, fact: Fact) -> Bearing:
    """Set a claimed number beside a fact; beside the nearest end where the fact is a range."""
    said = fact.value or 0.0
    low, high = said if fact.low is None else fact.low, said if fact.high is None else fact.high
    nearest = min(max(claimed, low), high)
    gap = abs(claimed - nearest)
    fit = Fit.OFF
    if gap <= SAME * abs(nearest):
        fit = Fit.ROUND if fact.bound in {"over", "about"} else Fit.EXACT
    elif gap <= half_of_last_digit(claimed) and gap <= ROUNDED * abs(nearest):
        fit = Fit.ROUND
    return Bearing(fact, fit, claimed / nearest - 1 if nearest else None)


def half_of_last_digit(number: float) -> float:
    """Give half of the unit of the last significant digit.

    >>> half_of_last_digit(632e6), half_of_last_digit(700e6), half_of_last_digit(0.293)
    (500000.0, 50000000.0, 0.0005)
    """
    exponent = Decimal(repr(float(number))).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)
