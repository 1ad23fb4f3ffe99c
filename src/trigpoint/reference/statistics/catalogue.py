"""Which statistics are published for everybody, where, and under which licence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.reference.catalogue import Content, Item
from trigpoint.reference.statistics import (
    domains,
    mrt,
    names,
    registries,
    roots,
    rpki,
    shutdowns,
    tables,
    values,
    worldbank,
)
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.model.series import Intake

    Reader = Callable[[bytes, Origin], Intake]

READERS: Mapping[str, Reader] = {
    "domains": domains.read,
    "mrt": mrt.read,
    "names": names.read,
    "registries": registries.read,
    "roots": roots.read,
    "rpki": rpki.read,
    "shutdowns": shutdowns.read,
    "table": tables.read,
    "values": values.read,
    "worldbank": worldbank.read,
}
"""Readers by the name of their format."""


class Statistic(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is published."""

    item: Item
    """Where it is, and where it is kept."""
    format: str
    """Name of its reader."""
    licence: str | None
    """Licence of the figures (SPDX). Missing: its publisher states none."""


def _content(reader: Reader, place: str, data: bytes) -> Content:
    """Read a download before it is kept.

    Raises:
        ValueError: it is not what it should be.

    """
    try:  # the day is kept beside it, once it is kept; here any will do
        found = reader(data, Origin(name=place, organisation="", url="", licence=None, retrieved="2000-01-01"))
    except InputError as error:
        raise ValueError(str(error)) from error
    points = sum(len(series.points) for series in found.series)
    if not points:
        message = "it holds no value that can be used"
        raise ValueError(message)
    return Content({place: data}, points, len(found.rejects))


_PUBLISHERS = {
    "domains": ("IANA", None),
    "registries": ("regional Internet registries (NRO)", None),
    "roots": ("root-servers.org", None),
    "rpki": ("rpki-client.org", None),
    "worldbank": ("World Bank", "CC-BY-4.0"),
}
"""Who publishes, and under which licence, by format."""


def _statistic(name: str, meaning: str, place: str, url: str, form: str) -> Statistic:
    publisher, licence = _PUBLISHERS[form]
    item = Item(
        name=name,
        meaning=meaning,
        place=place,
        url=url,
        licence=licence or "none stated",
        publisher=publisher,
        read=partial(_content, READERS[form]),
    )
    return Statistic(item=item, format=form, licence=licence)


_WORLD_BANK = "https://api.worldbank.org/v2/country/all/indicator"
_ASK = "format=json&per_page=20000"

STATISTICS = (
    _statistic(
        "users", "share of the people who use the Internet", "IT.NET.USER.ZS.json",
        f"{_WORLD_BANK}/IT.NET.USER.ZS?{_ASK}", "worldbank",
    ),
    _statistic(
        "population", "people", "SP.POP.TOTL.json",
        f"{_WORLD_BANK}/SP.POP.TOTL?{_ASK}", "worldbank",
    ),
    _statistic(
        "delegations", "addresses and AS numbers by country", "nro-delegated-stats",
        "https://ftp.ripe.net/pub/stats/ripencc/nro-stats/latest/nro-delegated-stats", "registries",
    ),
    *(
        _statistic(
            f"root-{letter}", f"sites of root server {letter.upper()}", f"root-{letter}.json",
            f"https://root-servers.org/root/{letter.upper()}/json/", "roots",
        )
        for letter in "abcdefghijklm"
    ),
    _statistic(
        "domains", "top-level domains", "tlds-alpha-by-domain.txt",
        "https://data.iana.org/TLD/tlds-alpha-by-domain.txt", "domains",
    ),
    _statistic(
        "vrps", "validated payloads of the RPKI", "vrps.json",
        "https://console.rpki-client.org/vrps.json", "rpki",
    ),
)  # fmt: skip
"""All of them, in the order in which they are shown."""
