"""Tables of a metric by country and year as CSV: those of Our World in Data, and the World Bank's of DataHub."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trigpoint.model.figure import WORLD
from trigpoint.reference.country_words import code_of
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake, why_absurd, why_untimely
from trigpoint.reference.statistics.rows import rows

if TYPE_CHECKING:
    from trigpoint.model.series import Intake

_CODES = ("code", "country code")
_YEARS = ("year",)
_WORLDS = {"WLD", "OWID_WRL"}
_NAMES = {
    "individuals using the internet (% of population)": ("internet_users_share", 0.01),
    "share of the population using the internet": ("internet_users_share", 0.01),
    "number of internet users": ("internet_users", 1.0),
    "population": ("population", 1.0),
    "websites tampered with in a month": ("sites_tampered_per_month", 1.0),
}
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


def read(content: bytes, origin: Origin, metric: str | None = None) -> Intake:
    """Read a CSV with columns ``Code`` (three letters), ``Year`` (or a month), and values in ``Value``, or last.

    Rows of groups of countries are left out.

    Args:
        content: the file.
        origin: its source; a file does not say its vintage.
        metric: what the values are, where the head of the last column does not say: a metric of this module.

    Raises:
        InputError: it is no such table, or of a metric that is not known.

    """
    rejects = Rejects(origin.name)
    found = rows(content, origin, rejects)
    _, head = next(found, (1, list[str]()))
    heads = [name.strip().casefold() for name in head]
    code, year = (next((heads.index(name) for name in names if name in heads), None) for names in (_CODES, _YEARS))
    if code is None or year is None:
        foreign(origin, "table of countries and years: it has no columns Code and Year")
    last = heads.index("value") if "value" in heads else len(heads) - 1
    known = dict(_NAMES.values())
    name, scale = (metric, known[metric]) if metric in known else _NAMES.get(heads[last], ("", 0.0))
    if not name:
        foreign(origin, f"table of a known metric: its values are called {head[last]!r}")
    values = dict[tuple[str, str], float]()
    for line, row in found:
        why = _add(values, row, (code, year, last), (name, scale), origin.vintage)
        if why:
            rejects.add(f"line {line}", why)
    return intake(content, origin, Found(series=head[last].strip(), values={name: values}), rejects)


def _add(
    values: dict[tuple[str, str], float],
    row: list[str],
    places: tuple[int, int, int],
    wanted: tuple[str, float],
    vintage: str,
) -> str | None:
    """Add a row's value; say why where that cannot be."""
    if len(row) <= max(places):
        return f"{len(row)} fields are too few"
    word, year, text = (row[place].strip() for place in places)
    subject = WORLD if word in _WORLDS else code_of(word)
    if subject is None or not text:
        return None
    value = _number(text, wanted[1])
    why = "is no number" if value is None else why_absurd(wanted[0], value)
    if not _PERIOD.fullmatch(year) or why or value is None:
        return f"{text!r}: {why}" if why else f"{year!r} is no year"
    if (subject, year) in values:
        return f"{subject} {year} stands there twice"
    if untimely := why_untimely(year, vintage):
        return untimely
    values[subject, year] = value
    return None


def _number(text: str, scale: float) -> float | None:
    try:
        return float(text) * scale
    except ValueError:
        return None
