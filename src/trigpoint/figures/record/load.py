"""Reading the record: each statement with the source that printed it."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

import msgspec

from trigpoint.errors import DeclarationError
from trigpoint.model.provenance import SourceRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FOLDER = files("trigpoint.figures.record")
_Part = TypeVar("_Part")


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the record, in which a misspelt field is an error."""


class Cited(_Strict, frozen=True, kw_only=True):
    """Where a statement was printed."""

    organisation: str
    title: str
    published: str
    """Year, month or day (ISO 8601). Empty: it does not say."""
    url: str = ""
    """Empty: a copy was read whose address is not on record."""
    licence: str | None = None
    is_second_hand: bool = False
    """Whether it copies another one, or tells what somebody else said."""


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


class Saying(_Strict, frozen=True, kw_only=True):
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


class Edition(_Strict, frozen=True, kw_only=True):
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


class Count(_Strict, frozen=True, kw_only=True):
    """How many members an organisation had, as it said."""

    of: str
    period: str
    members: float
    members_bound: str = ""
    countries: float
    """Countries that they come from."""
    countries_bound: str = ""
    source: str


class Told(_Strict, frozen=True, kw_only=True):
    """A fact in our words."""

    of: str
    period: str
    text: str
    source: str


class Initiator(_Strict, frozen=True, kw_only=True):
    """An organisation that founded another one."""

    of: str
    name: str
    seat: str = ""
    """Country (ISO 3166-1 alpha-2). Empty: no source on record says."""
    source: str
    seat_source: str = ""


class CategoryError(_Strict, frozen=True, kw_only=True):
    """A statement that takes one sort of thing for another."""

    of: str
    quote: str
    names: tuple[str, ...]
    """Countries that it names."""
    why: str
    source: str


class Finding(_Strict, frozen=True, kw_only=True):
    """What somebody reported as blocked."""

    country: str
    what: str
    how: str = ""
    """Empty: not told."""
    period: str
    by: str
    source: str


class Shutdowns(_Strict, frozen=True, kw_only=True):
    """Shutdowns of a year, as somebody counts them."""

    year: int
    shutdowns: float | None = None
    countries: float | None = None
    source: str


class Unmeasurable(_Strict, frozen=True, kw_only=True):
    """What cannot be measured from outside at all."""

    what: str
    source: str = ""
    """Empty: it follows from what a measurement is."""


class _Editions(_Strict, frozen=True, kw_only=True):
    edition: tuple[Edition, ...]


class Members(_Strict, frozen=True, kw_only=True):
    """All that is on record of membership."""

    count: tuple[Count, ...]
    fact: tuple[Told, ...]
    initiator: tuple[Initiator, ...]
    category_error: tuple[CategoryError, ...]


class Findings(_Strict, frozen=True, kw_only=True):
    """All that others reported."""

    finding: tuple[Finding, ...]
    shutdowns: tuple[Shutdowns, ...]
    unmeasurable: tuple[Unmeasurable, ...]

    def of(self, country: str) -> tuple[Finding, ...]:
        """Give what was reported of one country, the newest first."""
        return tuple(sorted((one for one in self.finding if one.country == country), key=_newest, reverse=True))


def _newest(finding: Finding) -> tuple[str, str]:
    return finding.period.rpartition("/")[2], finding.what


def _read(name: str, kind: type[_Part]) -> _Part:
    return msgspec.toml.decode(_FOLDER.joinpath(name).read_bytes(), type=kind)


@cache
def sources() -> Mapping[str, Cited]:
    """Load the sources, by name."""
    return _read("sources.toml", dict[str, Cited])


@cache
def editions() -> tuple[Edition, ...]:
    """Load the editions, in the order of the years."""
    return tuple(sorted(_read("editions.toml", _Editions).edition, key=lambda edition: (edition.of, edition.year)))


@cache
def members() -> Members:
    """Load what is on record of membership."""
    return _read("members.toml", Members)


@cache
def findings() -> Findings:
    """Load what others reported."""
    return _read("findings.toml", Findings)


def cited(name: str) -> Cited:
    """Give a source.

    Raises:
        DeclarationError: it is not among them.

    """
    found = sources().get(name)
    if found is None:
        message = f"the record cites {name}, which is not in sources.toml"
        raise DeclarationError(message)
    return found


def source_record(statement: msgspec.Struct, name: str) -> SourceRecord:
    """Make the record of a source of one statement: its hash is that of the statement as it is kept here."""
    source = cited(name)
    content = msgspec.json.encode([name, statement], order="deterministic")
    return SourceRecord(
        organisation=source.organisation,
        series=source.title,
        url=source.url,
        licence=source.licence,
        sha256=hashlib.sha256(content).hexdigest(),
        vintage=source.published,
    )
