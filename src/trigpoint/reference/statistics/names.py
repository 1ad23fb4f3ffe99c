"""Top-level domains by country, as ``tools/extract.py suffixes`` writes them from the Public Suffix List."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake, plain

if TYPE_CHECKING:
    from trigpoint.model.series import Intake

METRIC = "suffixes_below"
"""Metrics are this, a full stop and the domain as an A-label: ``suffixes_below.cn``."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    organisation: str
    series: str
    url: str
    licence: str
    vintage: str
    domains: dict[str, dict[str, int]]
    """By country (ISO 3166-1 alpha-2), and by top-level domain as an A-label: public suffixes below it."""


def read(content: bytes, origin: Origin) -> Intake:
    """Read a file of names; it says itself where it comes from.

    Raises:
        InputError: it is no such file.

    """
    try:
        file = msgspec.json.decode(plain(content, origin), type=_File)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        foreign(origin, f"file of names: {error}")
    rejects, values = Rejects(origin.name), dict[str, dict[tuple[str, str], float]]()
    for country, domains in file.domains.items():
        for domain, count in domains.items():
            why = "no country" if country not in COUNTRIES else "a number below nought" if count < 0 else None
            if why:
                rejects.add(f"{country} {domain}", why)
            else:
                values.setdefault(f"{METRIC}.{domain}", {})[country, file.vintage] = float(count)
    said = msgspec.structs.replace(
        origin, organisation=file.organisation, url=file.url, licence=file.licence, vintage=file.vintage
    )
    return intake(content, said, Found(series=file.series, values=values), rejects)
