"""Numbers of the regional Internet registries: the RIR statistics exchange format, plain and extended.

https://www.apnic.net/about-apnic/corporate-documents/documents/resource-guidelines/rir-statistics-exchange-format/: a
version line, summary lines, and records ``registry|cc|type|start|value|date|status``. The value is a number of
addresses (ipv4), a prefix length (ipv6), or a number of AS numbers (asn).
"""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Mapping
from functools import partial
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import polars as pl

from trigpoint.model.series import WHOLES
from trigpoint.reference.countries import COUNTRIES
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.model.series import Intake

METRICS = {"ipv4": "ipv4_addresses", "ipv6": "ipv6_blocks", "asn": "asns"}
"""Metric by type of record; IPv6 is counted in blocks of a /32."""
_VERSION = re.compile(r"2(\.\d+)?")
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIELDS = 7
_BITS = {"ipv4": 32, "ipv6": 128}
_BLOCK = 32  # length of the prefix that IPv6 is counted in
_LARGEST_ASN = 2**32 - 1
_HELD = ("allocated", "assigned")
_STATUSES = (*_HELD, "available", "reserved")
_FAMILIES = {"ipv4": AF_INET, "ipv6": AF_INET6}
_EXACT = 64  # bits of a prefix, up to which sums of blocks are exact in whatever order they are added
_SCHEMA = dict.fromkeys(("registry", "country", "kind", "start", "value", "date", "status"), pl.String())
_Held = Mapping[tuple[str, str], tuple[float, int]]
"""What is allocated or assigned, and in how many records, by type of record and code of the country."""


def read(content: bytes, origin: Origin) -> Intake:
    """Sum what is allocated or assigned, by country.

    The vintage is the day of the version line. Records without a country, or under a code that is no country (``EU``,
    ``AP``, ``ZZ``), are nobody's; they are told as one sentence, with how many they are.

    Raises:
        InputError: it has no version line.

    """
    text, rejects = plain(content, origin), Rejects(origin.name)
    head = next((found for line in _lines(text) if (found := _version(line))), None)
    if head is None:
        foreign(origin, "file of the registries: it has no version line (2|REGISTRY|SERIAL|...)")
    registry, vintage = head
    held = _by_columns(text)
    if held is None:
        held = _by_lines(text, rejects)
    totals: dict[str, dict[tuple[str, str], float]] = {metric: {} for metric in METRICS.values()}
    placeless = 0
    for (kind, country), (amount, count) in held.items():
        if country in COUNTRIES:
            totals[METRICS[kind]][country, vintage] = amount
        else:
            placeless += count
    if placeless:
        rejects.add("in all", f"{placeless} records of no country are not counted")
    dated = msgspec.structs.replace(origin, vintage=vintage)
    parts = tuple(sorted(WHOLES["registries"])) if registry == "nro" else (registry,)
    series = Found(series=f"delegations of {registry}", values=totals, whole="registries", parts=parts)
    return intake(content, dated, series, rejects)


def _lines(text: bytes) -> Iterator[str]:
    return (line.decode("utf-8", "replace") for line in io.BytesIO(text))


def _by_columns(text: bytes) -> _Held | None:
    """Sum a file of which every line is in form, as in most. ``None``: one is not, and each is to be looked at.

    The files of one day have 680,000 records, which takes a second line by line.
    """
    try:
        found = pl.read_csv(
            text, separator="|", has_header=False, schema=_SCHEMA, quote_char=None,
            comment_prefix="#", empty_string_is_null=False, extra_columns="ignore", missing_columns="insert",
        )  # fmt: skip
        is_version = pl.col("registry").str.contains(r"^\d")
        is_summary, is_blank = pl.col("date") == "summary", pl.col("registry") == ""
        rows = found.filter(~(is_version | is_summary | is_blank)).with_columns(
            value=pl.when(pl.col("value").str.contains(r"^[1-9]\d{0,11}$")).then("value").cast(pl.Int64)
        )
        heads = found.select(is_version.sum()).item()
        if heads != 1 or rows.height == 0 or not rows.select(_is_in_form()).item():
            return None
        starts = {kind: rows.filter(pl.col("kind") == kind)["start"].to_list() for kind in METRICS}
        packed = {kind: b"".join(map(partial(inet_pton, family), starts[kind])) for kind, family in _FAMILIES.items()}
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return None
    firsts = pl.Series(np.frombuffer(packed["ipv4"], ">u4").astype(np.int64))
    sizes = rows.filter(pl.col("kind") == "ipv4")["value"]
    if (firsts + sizes > 1 << _BITS["ipv4"]).any():
        return None
    return _summed(rows)


def _is_in_form() -> pl.Expr:
    """Tell whether all records can be used, but for their addresses."""
    kind, value = pl.col("kind"), pl.col("value")
    number = pl.when(pl.col("start").str.contains(r"^\d{1,10}$")).then("start").cast(pl.Int64)
    is_usable = (
        pl.when(kind == "asn").then(number + value - 1 <= _LARGEST_ASN)
        .when(kind == "ipv6").then(value <= _EXACT)
        .when(kind == "ipv4").then(value <= 1 << _BITS["ipv4"])
    )  # fmt: skip
    return (is_usable & pl.col("status").is_in(_STATUSES)).fill_null(value=False).all()


def _summed(rows: pl.DataFrame) -> _Held:
    size = pl.when(pl.col("kind") == "ipv6").then(2.0 ** (_BLOCK - pl.col("value"))).otherwise("value")
    held = (
        rows.filter(pl.col("status").is_in(_HELD))
        .group_by("kind", pl.col("country").str.to_uppercase())
        .agg(size.cast(pl.Float64).sum().alias("amount"), pl.len())
        .sort("kind", "country")
    )
    return {(kind, country): (amount, count) for kind, country, amount, count in held.iter_rows()}


def _by_lines(text: bytes, rejects: Rejects) -> _Held:
    """Sum what can be used, and tell of every other line why not."""
    held: dict[tuple[str, str], tuple[float, int]] = {}
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), 1):
        cells = line.strip().split("|")
        is_version = line[:1].isdigit() and _version(line)
        if cells == [""] or line.startswith("#") or is_version or cells[-1] == "summary":
            continue
        kind = cells[2] if len(cells) >= _FIELDS else ""
        amount = _amount(kind, cells)
        if isinstance(amount, str):
            rejects.add(f"line {number}", amount)
        elif cells[6] in _HELD:
            before = held.get(key := (kind, cells[1].upper()), (0.0, 0))
            held[key] = (before[0] + amount, before[1] + 1)
    return held


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
