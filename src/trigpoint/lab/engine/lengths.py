"""Sizes and entropy of a first payload, by which a filter suspects a proxy."""

from __future__ import annotations

from collections import Counter
from math import log2
from typing import TYPE_CHECKING, Annotated

import msgspec

from trigpoint.lab.engine.group import Count, Group, Share

if TYPE_CHECKING:
    from trigpoint.lab.engine.draws import Draws

_BLOCK = 16  # bytes: lengths were told apart by their remainder after this (IMC 2020, Alice)

Remainder = Annotated[int, msgspec.Meta(ge=0, lt=_BLOCK)]


class LengthClass(Group, frozen=True):
    """A range of lengths, and which of them are suspect."""

    low: Count = 0
    """Shortest."""
    high: Count = 65_535
    """Longest."""
    remainders: tuple[Remainder, ...] = ()
    """What is left of a suspect length after division by 16. None: all are suspect."""
    others: Share = 0.0
    """Share of the payloads of any other remainder that are suspect all the same."""


def is_suspect(size: int, classes: tuple[LengthClass, ...], draws: Draws) -> bool:
    """Tell whether a length is suspect; without classes every one is."""
    met = [one for one in classes if one.low <= size <= one.high]
    if any(not one.remainders or size % _BLOCK in one.remainders for one in met):
        return True
    return not classes or any(draws.share() < one.others for one in met)


def entropy(payload: bytes) -> float:
    """Give Shannon's entropy of the bytes of a payload, in bits a byte; no more than log2 of its length.

    >>> entropy(b"aabb"), entropy(bytes(range(256)))
    (1.0, 8.0)
    """
    size = len(payload)
    return sum(count / size * log2(size / count) for count in Counter(payload).values())
