"""Numbers of the regional Internet registries: the RIR statistics exchange format, plain and extended.

https://www.apnic.net/about-apnic/corporate-documents/documents/resource-guidelines/rir-statistics-exchange-format/: a
version line, summary lines, and records ``registry|cc|type|start|value|date|status``. The value is a number of
addresses (ipv4), a prefix length (ipv6), or a number of AS numbers (asn).
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.series import WHOLES
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake, plain

if TYPE_CHECKING:
    from trigpoint.model.series import Intake

METRICS = {"ipv4": "ipv4_addresses", "ipv6": "ipv6_blocks", "asn": "asns"}
"""Metric by type of record; IPv6 is counted in blocks of a /32."""
_VERSION = re.compile(r"2(\.\d+)?")
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIELDS = 7
_BITS = {"ipv4": 32, "ipv6": 128}
_BLOCK = 32  # length of the prefix that IPv6 is counted in
_LARGEST_ASN = 2**32 - 1
_HELD = {"allocated", "assigned"}
_FAMILIES = {"ipv4": AF_INET, "ipv6": AF_INET6}


def read(content: bytes, origin: Origin) -> Intake:
    """Sum what is allocated or assigned, by country.

    The vintage is the day of the version line. Records without a country, or under a code that is no country (``EU``,
    ``AP``, ``ZZ``), are nobody's; they are told as one sentence, with how many they are.

    Raises:
        InputError: it has no version line.

    """
    lines = plain(content, origin).decode("utf-8", "replace").splitlines()
    head = next((found for line in lines if (found := _version(line))), None)
    if head is None:
        foreign(origin, "file of the registries: it has no version line (2|REGISTRY|SERIAL|...)")
    registry, vintage = head
    totals: dict[str, dict[tuple[str, str], float]] = {metric: defaultdict(float) for metric in METRICS.values()}
    rejects = Rejects(origin.name)
    placeless = 0
    for number, line in enumerate(lines, 1):
        cells = line.strip().split("|")
        is_version = line[:1].isdigit() and _version(line)
        if cells == [""] or line.startswith("#") or is_version or cells[-1] == "summary":
            continue
        kind = cells[2] if len(cells) >= _FIELDS else ""
        amount = _amount(kind, cells)
        if isinstance(amount, str):
            rejects.add(f"line {number}", amount)
        elif cells[6] in _HELD:
            country = cells[1].upper()
            if country in COUNTRIES:
                totals[METRICS[kind]][country, vintage] += amount
            else:
                placeless += 1
    dated = msgspec.structs.replace(origin, vintage=vintage)
    if placeless:
        rejects.add("in all", f"{placeless} records of no country are not counted")
    parts = tuple(sorted(WHOLES["registries"])) if registry == "nro" else (registry,)
    held = Found(series=f"delegations of {registry}", values=totals, whole="registries", parts=parts)
    return intake(content, dated, held, rejects)


def _version(line: str) -> tuple[str, str] | None:
    """Read registry and day of a version line; further fields hold other days, or noughts."""
    cells = line.strip().split("|")
    day = _DAY.fullmatch(cells[2]) if len(cells) >= _FIELDS and _VERSION.fullmatch(cells[0]) else None
    return (cells[1].lower(), "-".join(day.groups())) if day else None


def _amount(kind: str, cells: list[str]) -> float | str:
    """Say how much a record holds, or why it cannot be used."""
    if len(cells) < _FIELDS:
        return f"{len(cells)} fields instead of seven"
    if kind not in METRICS:
        return f"type {kind!r} is none of ipv4, ipv6, asn"
    if not (cells[4].isascii() and cells[4].isdecimal()) or int(cells[4]) == 0:
        return f"value {cells[4]!r} is no number above nought"
    value = int(cells[4][:12])
    if kind == "asn":
        is_one = cells[3].isascii() and cells[3].isdecimal() and int(cells[3][:12]) + value - 1 <= _LARGEST_ASN
        return float(value) if is_one else f"{cells[3]!r} and {value} following are no AS numbers"
    return _addresses(kind, cells[3], value)


def _addresses(kind: str, start: str, value: int) -> float | str:
    try:
        address = inet_pton(_FAMILIES[kind], start)  # a fifth of the time of ipaddress, over 200,000 lines
    except (OSError, ValueError):
        return f"{start!r} is no address{_of(kind, start)}"
    if kind == "ipv6":
        return 2.0 ** (_BLOCK - value) if value <= _BITS[kind] else f"{value} is no length of a prefix"
    last = int.from_bytes(address) + value
    return float(value) if last <= 1 << _BITS[kind] else f"{value} addresses from {start} are too many"


def _of(kind: str, start: str) -> str:
    """Say of which kind, where it is an address of the other one."""
    try:
        ipaddress.ip_address(start)
    except ValueError:
        return ""
    return f" of {kind}"
