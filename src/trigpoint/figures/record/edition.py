"""Editions of something yearly: what sources say of each, and which statements cannot all be so."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the record, in which a misspelt field is an error."""


class About(StrEnum):
    """What a statement on an edition is about."""

    NAME = "name"
    DAYS = "days"
    """First and last day, joined by ``/``."""
    OPENING = "opening"
    """Day on which it opened."""
    THEME = "theme"
    ORGANISER = "organiser"
    OUTCOME = "outcome"
    PARTICIPANTS = "participants"
    COUNTRIES = "countries"
    """Countries and regions that participants came from."""
    EDITION = "edition"
    """1: it counts as the conference of its year; 0: something else was held in its place."""


class Standing(StrEnum):
    """Whether a statement was made before or after."""

    ANNOUNCED = "announced"
    HELD = "held"


class Saying(Strict, frozen=True, kw_only=True):
    """What one source says of one thing."""

    about: About
    text: str = ""
    number: float | None = None
    """Missing: it is no number."""
    bound: str = ""
    """``over`` or ``about`` the number. Empty: it is the number."""
    standing: Standing = Standing.HELD
    source: str
    """Name in ``sources.toml``."""

    @property
    def value(self) -> str | float:
        """The number, else the text."""
        return self.text if self.number is None else self.number


class Edition(Strict, frozen=True, kw_only=True):
    """One year of something yearly."""

    of: str
    year: int
    said: tuple[Saying, ...]
    """Empty: no source is on record."""

    def on(self, about: About) -> tuple[Saying, ...]:
        """Give what is said on one thing; the first is the one that is counted."""
        return tuple(saying for saying in self.said if saying.about is about)

    @property
    def days(self) -> tuple[str, str] | None:
        """First and last day (ISO 8601). ``None``: no source is on record."""
        said = self.on(About.DAYS)
        if not said:
            return None
        first, _, last = said[0].text.partition("/")
        return first, last

    @property
    def conflicts(self) -> tuple[tuple[Saying, ...], ...]:
        """Give the statements that cannot all be so: on names, days, themes and numbers, in the order of the file.

        "Over 70" and 83 are no conflict, nor is an announcement with what became of it, where both give numbers.
        """
        groups = (_days(self), *(self.on(about) for about in (About.NAME, About.THEME)), *_numbers(self))
        return tuple(group for group in groups if len({saying.value for saying in group}) > 1)


def _days(edition: Edition) -> tuple[Saying, ...]:
    """Give statements on days, with those on the opening where that was another day than the first."""
    said, openings = edition.on(About.DAYS), edition.on(About.OPENING)
    firsts = {saying.text.partition("/")[0] for saying in said}
    return (*said, *(saying for saying in openings if saying.text not in firsts))


def _numbers(edition: Edition) -> Iterable[tuple[Saying, ...]]:
    for about in (About.PARTICIPANTS, About.COUNTRIES, About.EDITION):
        said = edition.on(about)
        held = tuple(saying for saying in said if saying.standing is Standing.HELD) or said
        if not _fit(held):
            yield held


def _fit(said: Iterable[Saying]) -> bool:
    """Tell whether one number could be what all of them say; "about" fits what it is near to, by a tenth."""
    low, high = 0.0, float("inf")
    for saying in said:
        number = saying.number or 0.0
        near = number / 10 if saying.bound == "about" else 0.0
        low = max(low, number - near)
        high = min(high, float("inf") if saying.bound == "over" else number + near)
    return low <= high
