"""Lists of shutdowns of the Internet that people curate: those of Access Now (#KeepItOn), and those of IODA.

Access Now: a row a shutdown, with ``start_date``, a country, and ``duration`` in days or ``end_date``; ``NA`` is not
known. IODA: a row an outage, with ``Begin time``, ``End time`` (UTC, written the American way), a country and a cause;
only those that a government ordered, for examinations or else, are shutdowns.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.series import Intake
from trigpoint.reference.country_words import code_of
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake
from trigpoint.reference.statistics.rows import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ORDERED = {"government-ordered", "exams"}
_WHOLE = {"full network", "full and service-based"}
_UNKNOWN = {"", "na", "n/a", "ongoing"}
_AMERICAN = ("%B %d %Y %I:%M:%S %p", "%B %d %Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p")
_MOST_DAYS = 10_000
_YEARS = (1990, 9998)  # before, hardly anybody had an Internet to lose; a calendar ends with 9999
_HOUR = timedelta(hours=1)


class _Entry(msgspec.Struct, frozen=True):
    """One shutdown."""

    country: str
    begin: datetime
    end: datetime | None
    """``None``: not known, or it was no shutdown of the whole network."""


def read(content: bytes, origin: Origin) -> Intake:
    """Count shutdowns by country and year of their begin, and hours of a year in which at least one was on.

    Hours are a lower bound, flagged ``partial``, where an end is not known: such a shutdown has no hours. Shutdowns in
    several regions at one time are the same hours.

    Raises:
        InputError: it is no such list.

    """
    rejects, entries, outages = Rejects(origin.name), list[_Entry](), 0
    found = rows(content, origin, rejects)
    _, head = next(found, (1, list[str]()))
    heads = [_key(name) for name in head]
    parse = next((parse for needed, parse in _SHAPES if needed <= {*heads}), None)
    if parse is None:
        foreign(origin, "list of shutdowns: it has neither start_date and a country nor Begin time, Country and Cause")
    for line, row in found:
        entry = parse(dict(zip(heads, (*map(str.strip, row), *[""] * len(heads)), strict=False)))
        if isinstance(entry, str):
            rejects.add(f"line {line}", entry)
        elif entry is None:
            outages += 1
        else:
            entries.append(entry)
    if outages:
        rejects.add("in all", f"{outages} outages that no government ordered are not counted")
    return _intake(content, origin, entries, rejects)


def _key(head: str) -> str:
    return " ".join(head.casefold().split())


def _intake(content: bytes, origin: Origin, entries: list[_Entry], rejects: Rejects) -> Intake:
    counts = Counter((entry.country, str(entry.begin.year)) for entry in entries)
    listed = {"shutdowns_listed": {key: float(count) for key, count in counts.items()}}
    hours = {"shutdown_hours": _hours(entries)}
    flags = ("partial",) if any(entry.end is None for entry in entries) else ()
    first = intake(content, origin, Found(series="shutdowns", values=listed), rejects)
    second = intake(content, origin, Found(series="shutdowns", values=hours, flags=flags), rejects)
    return Intake(series=(*second.series, *first.series), rejects=first.rejects)


def _access_now(cells: Mapping[str, str]) -> _Entry | str:
    name = cells.get("country_name") or cells.get("country", "")
    country = _country(cells.get("iso3c", "")) or _country(name)
    if country is None:
        return f"{name!r} is no country"
    try:
        begin = datetime.fromisoformat(cells["start_date"]).replace(tzinfo=UTC)
        end = _ended(begin, cells)
    except (ValueError, OverflowError):
        return f"{cells['start_date']!r} for {cells.get('duration') or cells.get('end_date', '')!r} is no time"
    extent = cells.get("shutdown_extent", "full network").casefold()
    return _checked(_Entry(country, begin, end if extent in _WHOLE else None), end)


def _ended(begin: datetime, cells: Mapping[str, str]) -> datetime | None:
    """Give the end: by ``end_date``, which is the last day, else by ``duration`` in days."""
    last, days = cells.get("end_date", ""), cells.get("duration", "")
    if last.casefold() not in _UNKNOWN:
        return datetime.fromisoformat(last).replace(tzinfo=UTC) + timedelta(days=1)
    if days.casefold() in _UNKNOWN:
        return None
    if not 0 <= float(days) <= _MOST_DAYS:
        raise ValueError(days)
    return begin + timedelta(days=float(days))


def _ioda(cells: Mapping[str, str]) -> _Entry | str | None:
    if cells["cause"].casefold() not in _ORDERED:
        return None
    country = _country(cells["country"])
    if country is None:
        return f"{cells['country']!r} is no country"
    begin, end = _american(cells["begin time"]), _american(cells.get("end time", ""))
    if begin is None or (end is None and cells.get("end time", "").casefold() not in _UNKNOWN):
        return f"{cells['begin time']!r} to {cells.get('end time', '')!r} is no time"
    return _checked(_Entry(country, begin, end), end)


def _checked(entry: _Entry, end: datetime | None) -> _Entry | str:
    if end is not None and end < entry.begin:
        return f"it ends ({end:%Y-%m-%d %H:%M}) before it begins"
    if not _YEARS[0] <= entry.begin.year <= (end or entry.begin).year <= _YEARS[1]:
        return f"{entry.begin:%Y} is no year of a shutdown"
    return entry


def _american(text: str) -> datetime | None:
    words = re.sub(r"[,\s]+", " ", text).strip()
    words = re.sub(r":(?= )", "", re.sub(r"^[A-Za-z]+day ", "", words))  # the day's name; a colon without seconds
    for form in _AMERICAN:
        try:
            return datetime.strptime(words, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _country(text: str) -> str | None:
    """Name the country of a label such as ``Myanmar/Burma`` or ``Kyrgyz Republic (Kyrgyzstan)``.

    ``NA`` is what is not known, and not Namibia.
    """
    if text.casefold() in _UNKNOWN:
        return None
    parts = (text, *re.split(r"[/()]", text), text.replace(" & ", " and "))
    return next((code for part in parts if part.strip() and (code := code_of(part.strip()))), None)


def _hours(entries: Iterable[_Entry]) -> dict[tuple[str, str], float]:
    """Add the hours of each year in which at least one was on."""
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for entry in entries:
        if entry.end is not None:
            spans[entry.country].append((entry.begin, entry.end))
    found: dict[tuple[str, str], float] = defaultdict(float)
    for country, own in spans.items():
        for begin, end in _joined(own):
            for year in range(begin.year, end.year + 1):
                first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
                held = (min(end, last) - max(begin, first)) / _HOUR
                if held > 0 or year == begin.year:
                    found[country, str(year)] += held
    return {key: round(value, 3) for key, value in found.items()}


def _joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined = list[tuple[datetime, datetime]]()
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined


_SHAPES: tuple[tuple[set[str], Callable[[Mapping[str, str]], _Entry | str | None]], ...] = (
    ({"start_date", "iso3c"}, _access_now),
    ({"start_date", "country"}, _access_now),
    ({"start_date", "country_name"}, _access_now),
    ({"begin time", "country", "cause"}, _ioda),
)
"""Columns that tell a shape, and what reads its rows."""
