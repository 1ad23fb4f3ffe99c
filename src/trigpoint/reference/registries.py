"""AS and country of addresses from public files: the registries' delegations, and prefixes as RouteViews sees them.

Formats: "RIR statistics exchange format" (delegated-extended, version 2), and CAIDA's ``pfx2as``: prefix, length and AS
number, separated by tabs. Where several AS announce one prefix, or a set, the first named stands for them.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.errors import InputError
from trigpoint.model.facts import AddressFacts
from trigpoint.model.provenance import ReferenceFile
from trigpoint.reference.addresses import is_bogon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELEGATED = ("nro-delegated-stats", "delegated-*")
"""Names of files of delegations."""
PREFIXES = ("*.pfx2as", "*.pfx2as.gz")
"""Names of files of prefixes."""

_GZIP = b"\x1f\x8b"
_LARGEST_TEXT = 1 << 30  # bytes; the largest of these has 60 MB
_FIRST_AS = re.compile(rb"([0-9]{1,10})(?:[_,.].*)?")
_LARGEST_ASN = 2**32 - 1  # RFC 6793
_BITS = {4: 32, 6: 128}
_FEW = 0.5  # of the lines; a file with fewer that can be read is another file


class RegistryDatabase:
    """A folder with files of delegations, of prefixes, or of both. Read again in each process: pass the path."""

    def __init__(self, path: Path | str) -> None:
        """Read the files.

        Raises:
            InputError: there is none, or one cannot be read.

        """
        self.path = Path(path)
        self._files = sorted({file for pattern in (*DELEGATED, *PREFIXES) for file in self.path.glob(pattern)})
        if not self._files:
            message = f"{path}: no files of registries or RouteViews ({', '.join((*DELEGATED, *PREFIXES))})"
            raise InputError(message)
        prefixes = list[tuple[int, int, int, int]]()
        ranges = list[tuple[int, int, int, str]]()
        digest = hashlib.sha256()
        self._vintage: str | None = None
        for file in self._files:
            content = _content(file)
            digest.update(f"{file.name} {hashlib.sha256(content).hexdigest()}\n".encode())
            if "pfx2as" in file.name:
                prefixes += _prefixes(content)
            else:
                ranges += _delegations(content)
                self._vintage = _vintage(content) or self._vintage
        self._sha256 = digest.hexdigest()
        self._prefixes = {version: _by_length(prefixes, version) for version in _BITS}
        self._ranges = {version: _sorted_ranges(ranges, version) for version in _BITS}

    def provenance(self) -> ReferenceFile:
        """Hash names and contents of all files together."""
        return ReferenceFile(name="registries and RouteViews", sha256=self._sha256, vintage=self._vintage)

    def lookup(self, address: str) -> AddressFacts:
        """Look an address up: the AS of its longest prefix, the country to which its range is delegated."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return AddressFacts()
        number = int(parsed)
        return AddressFacts(
            asn=_asn(self._prefixes[parsed.version], number, _BITS[parsed.version]),
            address_country=_country(self._ranges[parsed.version], number),
            is_bogon=is_bogon(address),
        )


def registry_database(folder: Path) -> RegistryDatabase:
    """Read a folder; again only where a file of it changed, since reading a million prefixes takes seconds.

    Raises:
        InputError: as :class:`RegistryDatabase`.

    """
    states = ((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in folder.iterdir() if file.is_file())
    return _read_once(folder, tuple(sorted(states)))


@lru_cache(1)
def _read_once(folder: Path, _: tuple[tuple[str, int, int], ...]) -> RegistryDatabase:
    return RegistryDatabase(folder)


def count_prefixes(content: bytes) -> int:
    """Count the prefixes of a file.

    Raises:
        ValueError: it is no such file.

    """
    return _counted(sum(1 for _ in _prefixes(_plain(content))), _plain(content))


def count_delegations(content: bytes) -> int:
    """Count the ranges of a file.

    Raises:
        ValueError: it is no such file.

    """
    text = _plain(content)
    if _vintage(text) is None:
        message = "its first line is not that of the registries' statistics (2|REGISTRY|SERIAL|...)"
        raise ValueError(message)
    found = sum(1 for _ in _delegations(text))
    if not found:
        message = "it delegates nothing"
        raise ValueError(message)
    return found


def _counted(found: int, text: bytes) -> int:
    lines = sum(1 for line in text.splitlines() if line.strip())
    if not found or found < lines * _FEW:
        message = f"{found} of its {lines} lines are prefixes with an AS"
        raise ValueError(message)
    return found


def _content(file: Path) -> bytes:
    try:
        return _plain(file.read_bytes())
    except (OSError, ValueError) as error:
        message = f"{file} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(message) from error


def _plain(content: bytes) -> bytes:
    """Decompress.

    Raises:
        ValueError: it is damaged, or larger than any such file.

    """
    if not content.startswith(_GZIP):
        return content
    decompressor = zlib.decompressobj(wbits=31)
    try:
        text = decompressor.decompress(content, _LARGEST_TEXT)
    except zlib.error as error:
        message = f"the compressed data are damaged: {error}"
        raise ValueError(message) from error
    if not decompressor.eof:
        message = "the compressed data end early, or are too large"
        raise ValueError(message)
    return text


def _prefixes(text: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Give version, length, network and AS number of each line that says them."""
    for line in text.splitlines():
        cells = line.split(b"\t")
        if len(cells) != 3:  # noqa: PLR2004 - prefix, length, AS
            continue
        named = _FIRST_AS.fullmatch(cells[2].strip().lstrip(b"{"))
        try:
            parsed = ipaddress.ip_address(cells[0].decode("ascii"))
            length = int(cells[1])
        except ValueError:
            continue
        if named and 0 <= length <= _BITS[parsed.version] and 0 < int(named[1]) <= _LARGEST_ASN:
            shift = _BITS[parsed.version] - length
            yield parsed.version, length, int(parsed) >> shift << shift, int(named[1])


def _delegations(text: bytes) -> Iterator[tuple[int, int, int, str]]:
    """Give version, first and last address and country of each range that is somebody's."""
    for line in text.splitlines():
        cells = line.split(b"|")
        if len(cells) < 7 or cells[2] not in {b"ipv4", b"ipv6"} or cells[6] not in {b"allocated", b"assigned"}:  # noqa: PLR2004 - the format's fields
            continue
        country = cells[1].decode("ascii", "replace").upper()
        try:
            parsed = ipaddress.ip_address(cells[3].decode("ascii"))
            size = int(cells[4]) if cells[2] == b"ipv4" else 1 << (128 - int(cells[4]))
        except ValueError:
            continue
        if re.fullmatch(r"[A-Z]{2}", country, re.ASCII) and country != "ZZ" and size > 0:
            yield parsed.version, int(parsed), int(parsed) + size - 1, country


def _vintage(text: bytes) -> str | None:
    """Read the day from the first line: ``2|nro|20261120|...`` (version, registry, serial, ...)."""
    for line in text.splitlines()[:20]:
        cells = line.split(b"|")
        if len(cells) > 5 and cells[0] in {b"2", b"2.3"} and re.fullmatch(rb"\d{8}", cells[2]):  # noqa: PLR2004 - fields
            day = cells[2].decode("ascii")
            return f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return None


def _by_length(rows: list[tuple[int, int, int, int]], version: int) -> list[tuple[int, Sequence[int], array[int]]]:
    """Sort the networks of each length, the longest length first."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row_version, length, network, asn in rows:
        if row_version == version:
            found[length].setdefault(network, asn)
    ordered = []
    for length in sorted(found, reverse=True):
        networks = sorted(found[length])
        numbers = array("L", (found[length][network] for network in networks))
        kept: Sequence[int] = array("L", networks) if version == 4 else networks  # noqa: PLR2004 - the protocol's number
        ordered.append((length, kept, numbers))
    return ordered


def _asn(lengths: list[tuple[int, Sequence[int], array[int]]], number: int, bits: int) -> int | None:
    for length, networks, numbers in lengths:
        network = number >> (bits - length) << (bits - length)
        at = bisect_left(networks, network)
        if at < len(networks) and networks[at] == network:
            return numbers[at]
    return None


def _sorted_ranges(rows: list[tuple[int, int, int, str]], version: int) -> tuple[list[int], list[int], list[str]]:
    ordered = sorted(row[1:] for row in rows if row[0] == version)
    return [row[0] for row in ordered], [row[1] for row in ordered], [row[2] for row in ordered]


def _country(ranges: tuple[list[int], list[int], list[str]], number: int) -> str | None:
    firsts, lasts, countries = ranges
    at = bisect_right(firsts, number) - 1
    return countries[at] if at >= 0 and number <= lasts[at] else None
