"""Reading the record: each statement with the source that printed it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

import msgspec

from trigpoint.errors import DeclarationError
from trigpoint.figures.record.edition import Edition, Strict
from trigpoint.model.provenance import SourceRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = files("trigpoint.figures.record")
_Part = TypeVar("_Part")


class Cited(Strict, frozen=True, kw_only=True):
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


class Count(Strict, frozen=True, kw_only=True):
    """How many members an organisation had, as it said."""

    of: str
    period: str
    members: float
    members_bound: str = ""
    countries: float
    """Countries that they come from."""
    countries_bound: str = ""
    source: str


class Told(Strict, frozen=True, kw_only=True):
    """A fact in our words."""

    of: str
    period: str
    text: str
    source: str


class Initiator(Strict, frozen=True, kw_only=True):
    """An organisation that founded another one."""

    of: str
    name: str
    seat: str = ""
    """Country (ISO 3166-1 alpha-2). Empty: no source on record says."""
    source: str
    seat_source: str = ""


class CategoryError(Strict, frozen=True, kw_only=True):
    """A statement that takes one sort of thing for another."""

    of: str
    quote: str
    names: tuple[str, ...]
    """Countries that it names."""
    why: str
    source: str


class Finding(Strict, frozen=True, kw_only=True):
    """What somebody reported as blocked."""

    country: str
    what: str
    how: str = ""
    """Empty: not told."""
    period: str
    by: str
    source: str


class Shutdowns(Strict, frozen=True, kw_only=True):
    """Shutdowns of a year, as somebody counts them."""

    year: int
    shutdowns: float | None = None
    countries: float | None = None
    source: str


class Unmeasurable(Strict, frozen=True, kw_only=True):
    """What cannot be measured from outside at all."""

    what: str
    source: str = ""
    """Empty: it follows from what a measurement is."""


class _Editions(Strict, frozen=True, kw_only=True):
    edition: tuple[Edition, ...]


class Members(Strict, frozen=True, kw_only=True):
    """All that is on record of membership."""

    count: tuple[Count, ...]
    fact: tuple[Told, ...]
    initiator: tuple[Initiator, ...]
    category_error: tuple[CategoryError, ...]


class Findings(Strict, frozen=True, kw_only=True):
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
