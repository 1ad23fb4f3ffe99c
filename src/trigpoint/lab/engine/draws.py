"""Chance as a function of a seed and of what is drawn for: the same question has the same answer in every run."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")

_RANGE = 1 << 64


class Draws:
    """A series of draws that depends on nothing but the parts it was made from.

    >>> Draws(7, "reset", 3).between(1, 6) == Draws(7, "reset", 3).between(1, 6)
    True
    """

    __slots__ = ("_count", "_key", "_parts")

    def __init__(self, *parts: object) -> None:
        self._parts = parts
        self._key = b""
        self._count = 0

    def _next(self) -> int:
        if not self._count:  # many are made, and few are asked
            self._key = blake2b(repr(self._parts).encode(), digest_size=16).digest()
        self._count += 1
        block = blake2b(self._count.to_bytes(4, "big"), key=self._key, digest_size=8)
        return int.from_bytes(block.digest(), "big")

    def share(self) -> float:
        """Draw a number of at least 0 and below 1."""
        return self._next() / _RANGE

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + self._next() % (high - low + 1)

    def seconds(self, low: float, high: float) -> float:
        """Draw a time between two."""
        return low + (high - low) * self.share()

    def one_of(self, items: Sequence[Item]) -> Item:
        """Draw one item, each as likely as any other."""
        return items[self._next() % len(items)]

    def weighted(self, weights: Sequence[float]) -> int:
        """Draw an index, each as likely as its weight says."""
        left = self.share() * sum(weights)
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        return len(weights) - 1
