"""Answers of the World Bank's API, version 2: https://datahelpdesk.worldbank.org/knowledgebase/articles/898581."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import (
    Found,
    Origin,
    Rejects,
    decoded,
    foreign,
    intake,
    why_absurd,
    why_untimely,
)

if TYPE_CHECKING:
    from trigpoint.model.series import Intake

METRICS = {"IT.NET.USER.ZS": ("internet_users_share", 0.01), "SP.POP.TOTL": ("population", 1.0)}
"""Metric, and what the source's unit is of ours, by the source's series."""
_WORLD = {"1W", "WLD"}
_YEAR = re.compile(r"\d{4}")


def read(content: bytes, origin: Origin) -> Intake:
    """Read one answer: a head with ``lastupdated``, which is the vintage, and entries.

    Entries of groups of countries, and those without a value, are left out.

    Raises:
        InputError: it is an error page, no such answer, one page of several, or of no series that is used.

    """
    answer = decoded(content, origin, "answer of the World Bank")
    head, entries = _parts(answer, origin)
    codes = {_code(entry) for entry in entries} & METRICS.keys()
    if len(codes) != 1:
        foreign(origin, f"answer of the World Bank on one of {', '.join(METRICS)}")
    if head.get("pages", 1) != 1:
        foreign(origin, f"whole answer: it is one page of {head.get('pages')}; ask with a larger per_page")
    code = codes.pop()
    metric, scale = METRICS[code]
    values, rejects = dict[tuple[str, str], float](), Rejects(origin.name)
    for number, entry in enumerate(entries, 1):
        subject = _subject(entry)
        value = entry.get("value") if isinstance(entry, dict) else None
        if subject is None or value is None:
            if not isinstance(entry, dict):
                rejects.add(f"entry {number}", "no object")
            continue
        why = _why_not(metric, entry, scale) or why_untimely(
            entry["date"], str(head.get("lastupdated") or origin.vintage)
        )
        if why or (subject, entry["date"]) in values:
            rejects.add(f"entry {number}", why or f"{subject} {entry['date']} stands there twice")
        else:
            values[subject, entry["date"]] = float(value) * scale
    dated = msgspec.structs.replace(origin, vintage=str(head.get("lastupdated") or origin.vintage))
    return intake(content, dated, Found(series=code, values={metric: values}), rejects)


def _parts(answer: Any, origin: Origin) -> tuple[dict[str, Any], list[Any]]:  # noqa: ANN401 - whatever JSON holds
    head = answer[0] if isinstance(answer, list) and answer else None
    entries = answer[1] if isinstance(head, dict) and len(answer) > 1 else None
    if isinstance(head, dict) and "message" in head:
        said = [part.get("value") for part in head["message"] or () if isinstance(part, dict)]
        foreign(origin, f"answer with figures: the World Bank says {said}")
    if not isinstance(head, dict) or not isinstance(entries, list):
        foreign(origin, "answer of the World Bank: it has no head and entries")
    return head, entries


def _code(entry: Any) -> str:  # noqa: ANN401 - as above
    match entry:
        case {"indicator": {"id": str(code)}}:
            return code
        case _:
            return ""


def _subject(entry: Any) -> str | None:  # noqa: ANN401 - as above
    match entry:
        case {"country": {"id": str(code)}}:
            return WORLD if code in _WORLD else code if code in COUNTRIES else None
        case _:
            return None


def _why_not(metric: str, entry: dict[str, Any], scale: float) -> str | None:
    value, date = entry["value"], entry.get("date")
    if not isinstance(date, str) or not _YEAR.fullmatch(date):
        return f"{date!r} is no year"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{value!r} is no number"
    try:
        return why_absurd(metric, value * scale)
    except OverflowError:
        return "a number with too many digits"
