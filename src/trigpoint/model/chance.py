"""What chance explains: how many tries make a seldom thing seen, and when a difference between arms is none of chance.

Who measures stops trying by these, and who judges believes by them, so both read the same numbers the same way.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, comb, log

CERTAINTY = 0.99
"""With which something is to be seen, if it is there."""
SIGNIFICANT = 0.005
"""Difference that chance makes less often than this is shown. Whoever tries until it is shown looks several times: on
lines that lose a fifth of everything, fewer than one run of a hundred goes wrong with 4 or 7 tries, two with 16."""
CONTROLS = 3
"""Tries of the arm that is held against, for each of the one in question: they trigger nothing, so nothing waits for
them, and with three of them three failures in a row are shown to be none of chance (1 of 220)."""


def tries_to_see(share: float, certainty: float = CERTAINTY) -> int:
    """Count the tries after which something that happens in a share of them was seen once.

    They must be independent of each other: a filter that misses by the hash of a flow misses all tries from one port.

    >>> [tries_to_see(share) for share in (0.263, 0.28, 0.5, 0.75)]
    [16, 15, 7, 4]

    Args:
        share: between 0 and 1, neither of them.
        certainty: likewise.

    """
    return ceil(log(1 - certainty) / log(1 - share))


@lru_cache(maxsize=4_096)
def chance(fails: int, tries: int, control_fails: int, control_tries: int) -> float:
    """Say how likely one arm fails at least this much more than the other where both fail equally often.

    Fisher's exact test (Fisher 1935), one-sided: of all ways to deal as many failures over all tries.

    >>> round(chance(1, 1, 0, 1), 3), round(chance(3, 3, 0, 9), 4), chance(2, 2, 2, 2)
    (0.5, 0.0045, 1.0)
    """
    failures, everything = fails + control_fails, tries + control_tries
    ways = (comb(tries, k) * comb(control_tries, failures - k) for k in range(fails, min(tries, failures) + 1))
    return sum(ways) / comb(everything, failures)


def is_shown(fails: int, tries: int, control_fails: int, control_tries: int) -> bool:
    """Tell whether one arm fails more than another by more than chance.

    >>> is_shown(3, 3, 0, 9), is_shown(3, 3, 1, 9), is_shown(1, 1, 0, 100), is_shown(0, 4, 0, 12)
    (True, False, False, False)
    """
    return fails > 1 and chance(fails, tries, control_fails, control_tries) <= SIGNIFICANT
