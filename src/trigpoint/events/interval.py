"""The Jeffreys interval of a share: that of a binomial rate after what was seen, from a prior that knows nothing.

Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion, Statistical Science 16 (2001), recommend it for
few observations. Its ends are quantiles of a beta distribution, for which the regularised incomplete beta function is
summed here: a library of statistics for one function would be the heaviest of all.
"""

from __future__ import annotations

import math
from functools import lru_cache

LEVEL = 0.95
"""Probability that the interval holds the rate."""

_HALVINGS = 60  # beyond the last bit of a double
_TERMS = 60


@lru_cache(maxsize=65_536)
def jeffreys(successes: float, trials: int) -> tuple[float, float]:
    """Give the interval of a rate at 95 %.

    Args:
        successes: of the trials; a fraction where a trial succeeded in part.
        trials: how many.

    >>> [round(end, 3) for end in jeffreys(4, 4)], [round(end, 3) for end in jeffreys(0, 10)]
    ([0.555, 1.0], [0.0, 0.217])

    Raises:
        ValueError: more successes than trials, or fewer than none.

    """
    if not 0 <= successes <= trials:
        message = f"{successes} of {trials} is not a share"
        raise ValueError(message)
    if trials == 0:
        return 0.0, 1.0
    tail, share = (1 - LEVEL) / 2, successes / trials
    above, below = successes + 0.5, trials - successes + 0.5
    # Near the ends the quantile passes the share itself; the paper sets it to the end there, section 4.1.2.
    return min(_quantile(tail, above, below), share), max(_quantile(1 - tail, above, below), share)


def _quantile(probability: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if incomplete_beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b): NIST Digital Library of Mathematical Functions, 8.17.

    >>> round(incomplete_beta(0.5, 2, 2), 12), round(incomplete_beta(0.3, 1, 1), 12)
    (0.5, 0.3)
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # beyond it the fraction of the other side converges faster (8.17.4)
        return 1 - incomplete_beta(1 - x, b, a)
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(logarithm) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Sum the continued fraction 8.17.22 from its end; it converges within about the root of ``a + b`` terms."""
    value = 1.0
    for number in range(_TERMS + 4 * math.isqrt(int(a + b)), 0, -1):
        value = 1 + _term(number, x, a, b) / value
    return 1 / value


def _term(number: int, x: float, a: float, b: float) -> float:
    half, is_odd = divmod(number, 2)
    if is_odd:
        return -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
    return half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
