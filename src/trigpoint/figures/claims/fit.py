"""How a claimed number stands to a fact: the same, the same when rounded, or another one."""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum

import msgspec

from trigpoint.figures.claims.facts import Fact
from trigpoint.figures.claims.quantities import Bound

SAME = 0.005
"""Relative deviation up to which numbers are the same: they are given to three digits at most."""
ROUNDED = 0.05
"""Relative deviation above which no rounding excuses a claim, however few digits it has."""

NEAR = 0.10
"""Relative deviation above which a bound, such as "over 600 million", is not near what it bounds."""


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
    low, high = _ends(fact)
    nearest = min(max(claimed, low), high)
    gap = abs(claimed - nearest)
    fit = Fit.OFF
    if gap <= SAME * abs(nearest):
        fit = Fit.ROUND if fact.bound in {"over", "about"} else Fit.EXACT
    elif gap <= half_of_last_digit(claimed) and gap <= ROUNDED * abs(nearest):
        fit = Fit.ROUND
    return Bearing(fact, fit, claimed / nearest - 1 if nearest else None)


def heeded(claimed: float, found: Bearing, bound: Bound) -> Bearing:
    """Heed what the words say that the number is: a fact on the wrong side does not fit, one a little beyond it does.

    A little is less than one unit of its last digit: 632 is over 600 and under 700. What is far beyond stays unfit: the
    bound is so, and says little.
    """
    if bound is Bound.NONE:
        return found
    low, high = _ends(found.fact)
    little = min(2 * half_of_last_digit(claimed), NEAR * abs(claimed))
    if bound is Bound.ABOVE:
        is_wrong, is_near = high < claimed * (1 - SAME), claimed < low < claimed + little
    else:
        wrong_from = claimed if bound is Bound.BELOW else claimed * (1 + SAME)
        is_wrong, is_near = low >= wrong_from, claimed - little < high < claimed
    if is_wrong:
        return msgspec.structs.replace(found, fit=Fit.OFF)
    return msgspec.structs.replace(found, fit=Fit.ROUND) if is_near and found.fit is Fit.OFF else found


def _ends(fact: Fact) -> tuple[float, float]:
    said = fact.value or 0.0
    return said if fact.low is None else fact.low, said if fact.high is None else fact.high


def half_of_last_digit(number: float) -> float:
    """Give half of the unit of the last significant digit.

    >>> half_of_last_digit(632e6), half_of_last_digit(700e6), half_of_last_digit(0.293)
    (500000.0, 50000000.0, 0.0005)
    """
    exponent = Decimal(repr(float(number))).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)
