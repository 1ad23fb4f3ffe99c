"""Values by country with their source in one JSON file: the form of the extract that comes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.figure import WORLD
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake, plain, why_absurd

if TYPE_CHECKING:
    from trigpoint.model.series import Intake


class _File(msgspec.Struct, forbid_unknown_fields=True):
    organisation: str
    series: str
    url: str
    licence: str
    vintage: str
    metric: str
    values: dict[str, float | dict[str, float]]
    """By country (ISO 3166-1 alpha-2) or ``001``: the value as of the vintage, or values by year."""
    flags: tuple[str, ...] = ()
    retrieved: str | None = None
    """Day on which it was fetched (ISO 8601). Missing: not told."""


def read(content: bytes, origin: Origin) -> Intake:
    """Read a file of values; it says itself where it comes from.

    Raises:
        InputError: it is no such file.

    """
    try:
        file = msgspec.json.decode(plain(content, origin), type=_File)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        foreign(origin, f"file of values: {error}")
    rejects, values = Rejects(origin.name), dict[tuple[str, str], float]()
    for country, held in file.values.items():
        for period, value in (held if isinstance(held, dict) else {file.vintage: held}).items():
            why = why_absurd(file.metric, value) if country in COUNTRIES or country == WORLD else "no country"
            if why:
                rejects.add(country, why)
            else:
                values[country, period] = value
    said = msgspec.structs.replace(
        origin,
        organisation=file.organisation,
        url=file.url,
        licence=file.licence,
        vintage=file.vintage,
        retrieved=file.retrieved,
    )
    return intake(content, said, Found(series=file.series, values={file.metric: values}, flags=file.flags), rejects)
