"""Lorenz curves and Gini indices over groups of people."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def lorenz(groups: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give the points of a Lorenz curve (Lorenz 1905), from (0, 0) to (1, 1); empty where nothing is held.

    Args:
        groups: what each group holds, and its people; groups without people are left out.

    >>> lorenz([(3, 1), (1, 1)])
    [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]
    """
    held = sorted(((amount, people) for amount, people in groups if people > 0), key=_for_each)
    all_held, all_people = sum(amount for amount, _ in held), sum(people for _, people in held)
    if all_held <= 0:
        return []
    points = [(0.0, 0.0)]
    amount = people = 0.0
    for group_amount, group_people in held:
        amount, people = amount + group_amount, people + group_people
        points.append((people / all_people, amount / all_held))
    return points


def _for_each(group: tuple[float, float]) -> tuple[float, float, float]:
    return group[0] / group[1], *group


def gini(groups: Sequence[tuple[float, float]]) -> float | None:
    """Give the Gini index over people: 0 where all hold as much, towards 1 where one holds all (Gini 1912).

    It is one less twice the area below the Lorenz curve. ``None``: nothing is held.

    >>> gini([(1, 1), (1, 1)]), gini([(0, 3), (4, 1)]), gini([])
    (0.0, 0.75, None)
    """
    points = lorenz(groups)
    if not points:
        return None
    pairs = itertools.pairwise(points)
    area = sum((right - left) * (low + high) / 2 for (left, low), (right, high) in pairs)
    return min(max(1 - 2 * area, 0.0), 1.0)
