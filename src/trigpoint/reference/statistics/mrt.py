"""Prefixes and origin ASes of a routing table: dumps in the MRT format (RFC 6396), TABLE_DUMP and TABLE_DUMP_V2.

One record a prefix (and peer) is read in plain Python, some thousands a second: enough for a dump of one peer or an
older one, too slow for the whole table of a collector with hundreds of peers.
"""

from __future__ import annotations

import bz2
import io
import ipaddress
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.model.figure import WORLD
from trigpoint.reference.statistics.reading import Found, Origin, Rejects, foreign, intake, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from trigpoint.model.series import Intake

_TABLES = {12, 13}  # TABLE_DUMP, TABLE_DUMP_V2
_AS_PATH = 2  # type of the attribute (RFC 4271)
_SEQUENCE = 2  # type of a segment; the ASes of a set are not told apart
_BZIP2 = b"BZh"


def read(content: bytes, origin: Origin) -> Intake:
    """Count prefixes by version of IP, and ASes that originate one.

    The vintage is the day of the first record. A record that cannot be read is told, and the rest is read, as far as
    its length tells where it begins.

    Raises:
        InputError: it is no dump of a table.

    """
    prefixes: dict[int, set[ipaddress.IPv4Network | ipaddress.IPv6Network]] = {4: set(), 6: set()}
    origins, rejects, vintage = set[str](), Rejects(origin.name), ""
    for number, record in enumerate(_records(_unpacked(content, origin)), 1):
        if isinstance(record, str):
            rejects.add(f"record {number}", record)
        elif _first(record.get("type")) in _TABLES and "prefix" in record:
            vintage = vintage or _day(record)
            try:
                prefix = ipaddress.ip_network(f"{record['prefix']}/{record['length']}", strict=False)
            except (ValueError, KeyError):
                rejects.add(f"record {number}", f"{record['prefix']!r} is no prefix")
                continue
            prefixes[prefix.version].add(prefix)
            origins |= {asn for entry in record.get("rib_entries", [record]) for asn in _origins(entry)}
    if not vintage:
        foreign(origin, "dump of a routing table (MRT)")
    names = ("routed_ipv4_prefixes", "routed_ipv6_prefixes", "origin_asns")
    counts = dict(zip(names, (len(prefixes[4]), len(prefixes[6]), len(origins)), strict=True))
    values = {metric: {(WORLD, vintage): float(count)} for metric, count in counts.items() if count}
    said = msgspec.structs.replace(origin, vintage=vintage)
    return intake(content, said, Found(series="routing table", values=values), rejects)


def _unpacked(content: bytes, origin: Origin) -> bytes:
    if not content.startswith(_BZIP2):
        return plain(content, origin)
    try:
        return bz2.decompress(content)
    except (OSError, ValueError):
        foreign(origin, "whole file: the compressed data are damaged")


def _records(content: bytes) -> Iterator[dict[str, Any] | str]:
    """Give each record, or why it cannot be read. On hostile bytes the parser may fail; then the rest is lost."""
    reader = _parser().Reader(io.BytesIO(content))
    while True:
        try:
            entry = next(reader)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - see above
            yield f"from here on nothing can be read ({type(error).__name__}: {error})"
            return
        yield str(entry.err_msg) if entry.err else dict(entry.data)
        entry.err = None


def _parser() -> ModuleType:
    """Import the parser, and undo what it does besides: it lets the next broken pipe or socket end the process."""
    before = signal.getsignal(signal.SIGPIPE)
    import mrtparse  # type: ignore[import-untyped]  # noqa: PLC0415 - for those who read such files

    if signal.getsignal(signal.SIGPIPE) != before:
        signal.signal(signal.SIGPIPE, before)
    return mrtparse  # type: ignore[no-any-return]


def _first(words: Any) -> int | None:  # noqa: ANN401 - number to name, as the parser has it
    return next(iter(words), None) if isinstance(words, dict) else None


def _day(record: dict[str, Any]) -> str:
    seconds = _first(record.get("timestamp"))
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _origins(entry: dict[str, Any]) -> set[str]:
    """Name the AS at the end of a path; none where the path ends in a set, or is empty."""
    for attribute in entry.get("path_attributes", ()):
        if _first(attribute.get("type")) == _AS_PATH and attribute.get("value"):
            last = attribute["value"][-1]
            if _first(last.get("type")) == _SEQUENCE and last.get("value"):
                return {str(last["value"][-1])}
    return set()
