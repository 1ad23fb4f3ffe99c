"""Periods as months, so that claims and facts of a year, a month or a day can be set beside each other."""

from __future__ import annotations

import re

import msgspec

_PART = re.compile(r"(\d{4})(?:-(\d{2})(?:-\d{2})?)?")
_MONTHS = 12


class Period(msgspec.Struct, frozen=True, order=True):
    """First and last month, counted from the year nought."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """How long it is."""
        return self.last - self.first + 1

    def distance(self, other: Period) -> int:
        """Count the months between two periods; 0 where they overlap or follow each other at once."""
        return max(self.first - other.last, other.first - self.last, 0)

    def overlaps(self, other: Period) -> bool:
        """Tell whether they share a month."""
        return self.first <= other.last and other.first <= self.last


def period(text: str) -> Period:
    """Read a year, month or day, or two of them joined by ``/``.

    >>> period("2014").months, period("2014-06").months, period("2014-01/2014-06").months
    (12, 1, 6)

    Raises:
        ValueError: it is none.

    """
    parts = [_months(part) for part in text.split("/", 1)]
    found = Period(parts[0][0], parts[-1][1])
    if found.first > found.last:
        message = f"{text!r} ends before it begins"
        raise ValueError(message)
    return found


def _months(text: str) -> tuple[int, int]:
    named = _PART.fullmatch(text.strip())
    if named is None or (named[2] and not 1 <= int(named[2]) <= _MONTHS):
        message = f"{text!r} is no year, month or day (ISO 8601)"
        raise ValueError(message)
    start = int(named[1]) * _MONTHS
    return (start, start + _MONTHS - 1) if named[2] is None else (start + int(named[2]) - 1,) * 2
