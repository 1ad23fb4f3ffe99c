"""What all readers of statistics share: where bytes come from, and how points become a series."""

from __future__ import annotations

import hashlib
import math
import re
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

import msgspec

from trigpoint.errors import InputError
from trigpoint.model.provenance import SourceRecord
from trigpoint.model.series import Intake, Point, Series

LARGEST = 1 << 30
"""Bytes of text that are taken at most; the largest of these files has some hundred megabytes."""
MOST = 1e12
"""More than there is of anything counted here: people, addresses of IPv4, blocks of IPv6, hours of a year."""

_TIME = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_BYTE = re.compile(r"\(byte (\d+)\)")
_GZIP = b"\x1f\x8b"
_MOST_REJECTS = 20  # told one by one; a foreign file may hold millions


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bytes come from, as far as they do not say it themselves."""

    name: str
    """File or address, as people are told of it."""
    organisation: str
    url: str
    licence: str | None
    vintage: str = ""
    """When the source said so, where the bytes do not. Empty: not known."""
    retrieved: str | None = None


class Rejects:
    """Sentences on what could not be used: the first twenty, and how many more."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._told: list[str] = []
        self._count = 0

    def add(self, place: str, why: str) -> None:
        """Count one; ``place`` is a line or entry, such as ``line 7``."""
        self._count += 1
        if len(self._told) < _MOST_REJECTS:
            self._told.append(f"{self._name}, {place}: {why}")

    def told(self) -> tuple[str, ...]:
        """Give the sentences."""
        more = self._count - len(self._told)
        return (*self._told, *([f"{self._name}: {more} more entries cannot be used"] if more else []))


def plain(content: bytes, origin: Origin) -> bytes:
    """Decompress what is gzip.

    Raises:
        InputError: it is damaged.

    """
    if not content.startswith(_GZIP):
        return content
    decompressor = zlib.decompressobj(wbits=31)
    try:
        text = decompressor.decompress(content, LARGEST)
    except zlib.error as error:
        message = f"{origin.name}: the compressed data are damaged: {error}"
        raise InputError(message) from error
    if not decompressor.eof:
        message = f"{origin.name}: the compressed data end early, or are too large"
        raise InputError(message)
    return text


def decoded(content: bytes, origin: Origin, what: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Decode JSON.

    Raises:
        InputError: it is none, or nested deeper than any such file; the text calls it ``what``.

    """
    text = plain(content, origin)
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:  # a number may have too many digits
        foreign(origin, f"{what}: it is no JSON that can be read{_where(text, str(error))}")


def _where(text: bytes, error: str) -> str:
    """Name the line of the byte that a decoder names."""
    named = _BYTE.search(error)
    line = text.count(b"\n", 0, int(named[1])) + 1 if named else 0
    return f" (line {line})" if line else ""


def foreign(origin: Origin, what: str) -> NoReturn:
    """Refuse a file.

    Raises:
        InputError: always.

    """
    message = f"{origin.name} is no {what}"
    raise InputError(message)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader found."""

    series: str
    """Name of it at the source."""
    values: Mapping[str, Mapping[tuple[str, str], float]]
    """By metric, and by subject and period."""
    whole: str = ""
    """As in :class:`~trigpoint.model.series.Series`; ``parts`` and ``flags`` likewise."""
    parts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def is_time(text: str) -> bool:
    """Tell whether a text is a year, a month or a day (ISO 8601).

    >>> is_time("2026"), is_time("2026-02-28"), is_time("2026-02-30"), is_time("soon")
    (True, True, False, False)
    """
    if not _TIME.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - len("2026") :])
    except ValueError:
        return False
    return True


def intake(content: bytes, origin: Origin, found: Found, rejects: Rejects) -> Intake:
    """Make series of what was found in the bytes of an origin, whose vintage is known by now.

    Values of what is no time are told and left out, and a vintage that is none is not known.
    """
    timeless = {period for points in found.values.values() for _, period in points if not is_time(period)}
    if timeless:
        rejects.add("in all", f"values of {min(timeless)!r}, which is no year, month or day, are not used")
    elif origin.vintage and not is_time(origin.vintage):
        rejects.add("in all", f"it says that it is of {origin.vintage!r}, which is no year, month or day")
    record = SourceRecord(
        organisation=origin.organisation,
        series=found.series,
        url=origin.url,
        licence=origin.licence,
        sha256=hashlib.sha256(content).hexdigest(),
        vintage=origin.vintage if is_time(origin.vintage) else "",
        retrieved=origin.retrieved,
    )
    series = tuple(
        Series(
            metric=metric,
            points=tuple(
                sorted(Point(subject, at, value) for (subject, at), value in points.items() if at not in timeless)
            ),
            record=record,
            whole=found.whole,
            parts=found.parts,
            flags=found.flags,
        )
        for metric, points in sorted(found.values.items())
    )
    return Intake(series=series, rejects=rejects.told())


def why_untimely(period: str, vintage: str) -> str | None:
    """Say why a value cannot be of a time: nobody observes what comes years later. ``None``: it can.

    >>> why_untimely("3020", "2026-01-01"), why_untimely("2025", "2026-01-01"), why_untimely("3020", "")
    ('3020 is after 2026-01-01, when it was said', None, None)
    """
    year = len("2026")
    is_later = is_time(vintage) and period[:year] > vintage[:year]
    return f"{period} is after {vintage}, when it was said" if is_later else None


def why_absurd(metric: str, value: float) -> str | None:
    """Say why a value cannot be; ``None`` where it can.

    >>> why_absurd("internet_users_share", 1.2), why_absurd("population", -1.0), why_absurd("population", 7.0)
    ('a share above 100 %', 'a number below nought', None)
    """
    if not math.isfinite(value):
        return "no number"
    if value < 0:
        return "a number below nought"
    if value > MOST:
        return "more than there can be"
    return "a share above 100 %" if metric.endswith("_share") and value > 1 else None
