"""Instances of the root name servers, as root-servers.org publishes them: one answer for each letter."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import msgspec

from trigpoint.model.series import Intake
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, decoded, foreign, intake

_DAY = 10  # characters of a day
_MOST = 1_000_000  # instances at a site; all sites together have some thousands
_LETTER = re.compile(r"\b([a-m])(?:-root$|\.root-servers\.(?:org|net)\b)", re.IGNORECASE)


def read(content: bytes, origin: Origin) -> Intake:
    """Count sites and instances by country.

    Read are the answers of ``root-servers.org/root/LETTER/json/`` (``Sites`` with ``Country`` and ``Instances``), and
    lists of sites with ``country`` and ``instances``. They are as of the day on which they were fetched, else as
    of the newest change that they name.

    Raises:
        InputError: it is neither.

    """
    answer = decoded(content, origin, "list of sites")
    sites = answer.get("Sites") if isinstance(answer, dict) else answer
    if not isinstance(sites, list):
        foreign(origin, "list of sites")
    vintage = origin.retrieved or origin.vintage or _changed(answer, sites)
    if not vintage:
        foreign(origin, "list of sites that says of when it is: give its vintage")
    counts: dict[str, Counter[tuple[str, str]]] = {"root_sites": Counter(), "root_instances": Counter()}
    rejects = Rejects(origin.name)
    for number, site in enumerate(sites, 1):
        held = _site(site)
        if isinstance(held, str):
            rejects.add(f"site {number}", held)
            continue
        counts["root_sites"][held[0], vintage] += 1
        counts["root_instances"][held[0], vintage] += held[1]
    dated = msgspec.structs.replace(origin, vintage=vintage)
    values = {metric: {key: float(count) for key, count in counted.items()} for metric, counted in counts.items()}
    parts = tuple(sorted({letter for entry in (answer, *sites) if (letter := _letter(entry))}))
    found = Found(series="sites of root servers", values=values, whole="roots", parts=parts)
    lettered = Found(series="sites of root servers", values=_by_letter(answer, sites, vintage))
    series = [one for part in (found, lettered) for one in intake(content, dated, part, rejects).series]
    return Intake(series=tuple(sorted(series, key=lambda one: one.metric)), rejects=rejects.told())


_Counts = dict[str, dict[tuple[str, str], float]]
"""By metric, and by country and vintage."""


def _by_letter(answer: Any, sites: list[Any], vintage: str) -> _Counts:  # noqa: ANN401 - whatever JSON holds
    """Count the instances of each letter by country."""
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for site in sites:
        held, letter = _site(site), _letter(site) or _letter(answer)
        if letter and not isinstance(held, str):
            counts[f"root_instances_{letter}"][held[0], vintage] += held[1]
    return {metric: {key: float(count) for key, count in counted.items()} for metric, counted in counts.items()}


def _letter(entry: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """Read the letter: ``root`` of a site in a list, ``Homepage`` of an answer on one letter."""
    said = (entry.get("root"), entry.get("Homepage")) if isinstance(entry, dict) else ()
    found = (_LETTER.search(text) for text in said if isinstance(text, str))
    return next((match[1].upper() for match in found if match), None)


def _changed(answer: Any, sites: list[Any]) -> str:  # noqa: ANN401 - whatever JSON holds
    days = [entry.get("Updated") for entry in (answer, *sites) if isinstance(entry, dict)]
    return max((day[:_DAY] for day in days if isinstance(day, str)), default="")


def _site(site: Any) -> tuple[str, int] | str:  # noqa: ANN401 - as above
    if not isinstance(site, dict):
        return "no object"
    country = site.get("Country", site.get("country"))
    count = site.get("Instances", site.get("instances"))
    if not isinstance(country, str) or country not in COUNTRIES:
        return f"{country!r} is no country"
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST:
        return f"{count!r} is no number of instances"
    return country, count
