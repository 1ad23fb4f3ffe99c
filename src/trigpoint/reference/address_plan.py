"""An address plan: which addresses are in use where others are not, and by whom, as a CSV.

A laboratory has the ranges for documentation as its Internet, so what the registries of IANA say of them is not so
there. A plan says what is: columns ``prefix,asn,as_name,country``, all but the first may be empty. What it lists is in
use, hence no bogon; the longest prefix wins.
"""

from __future__ import annotations

import csv
import hashlib
import io
import ipaddress
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.given import content_of
from trigpoint.model.facts import AddressFacts
from trigpoint.model.provenance import ReferenceFile
from trigpoint.reference.addresses import AddressDatabase, is_bogon
from trigpoint.reference.registries import RegistryDatabase, registry_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COLUMNS = ("prefix", "asn", "as_name", "country")
"""Its first line."""
MOST_BYTES = 2**24
"""Size of the largest plan: a quarter of a million prefixes, more than any laboratory has."""

_BOM = b"\xef\xbb\xbf"
_HEAD_BYTES = 64
_LARGEST_ASN = 2**32 - 1  # RFC 6793
_LONGEST_NAME = 256
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class Planned(msgspec.Struct, frozen=True):
    """One prefix that is in use."""

    prefix: str
    """IPv4 or IPv6 prefix."""
    asn: int | None = None
    """AS number. Missing: none is told."""
    as_name: str | None = None
    """Name of that AS. Missing: as above."""
    country: str | None = None
    """ISO 3166-1 alpha-2, also user-assigned. Missing: as above."""


def is_plan(head: bytes) -> bool:
    """Tell whether a file that begins so is a plan.

    >>> is_plan(b"prefix,asn,as_name,country"), is_plan(b"prefix;asn"), is_plan(b"")
    (True, False, False)
    """
    return head.removeprefix(_BOM).lstrip().startswith(b"prefix,")


def written(entries: Iterable[Planned]) -> str:
    """Write a plan as text.

    >>> print(written([Planned("192.0.2.0/24"), Planned("192.0.2.7/32", 64496, "A, B", "XA")]), end="")
    prefix,asn,as_name,country
    192.0.2.0/24,,,
    192.0.2.7/32,64496,"A, B",XA
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(msgspec.structs.astuple(entry) for entry in entries)
    return file.getvalue()


class AddressPlan:
    """A plan, ready to be asked. It is read again in each process: pass the path, not the object."""

    def __init__(self, path: Path | str) -> None:
        """Read a plan.

        Raises:
            InputError: it cannot be read, or a line is none of a plan; the line is named.

        """
        self.path = Path(path)
        content = content_of(self.path, MOST_BYTES)
        self._sha256 = hashlib.sha256(content).hexdigest()
        self._lengths: dict[int, list[int]] = {4: [], 6: []}
        self._facts: dict[tuple[int, int, int], AddressFacts] = {}
        for line, entry in _entries(content, self.path):
            self._add(line, entry)
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def _add(self, line: int, entry: Planned) -> None:
        network = ipaddress.ip_network(entry.prefix)
        key = (network.version, network.prefixlen, int(network.network_address))
        if key in self._facts:
            raise _refused(self.path, line, f"{entry.prefix} is there already")
        if network.prefixlen not in self._lengths[network.version]:
            self._lengths[network.version].append(network.prefixlen)
        self._facts[key] = AddressFacts(
            asn=entry.asn, as_name=entry.as_name, address_country=entry.country, is_bogon=False
        )

    def provenance(self) -> ReferenceFile:
        """Hash the file; it has no date of its own."""
        return ReferenceFile(name="address plan", sha256=self._sha256)

    def lookup(self, address: str) -> AddressFacts:
        """Look an address up. Of what is not in the plan, the address alone tells."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return AddressFacts()
        number, bits = int(parsed), parsed.max_prefixlen
        for length in self._lengths[parsed.version]:
            found = self._facts.get((parsed.version, length, number >> (bits - length) << (bits - length)))
            if found is not None:
                return found
        return AddressFacts(is_bogon=is_bogon(address))


def addresses_in(path: Path | str) -> AddressDatabase | AddressPlan | RegistryDatabase:
    """Open what a person gave as addresses: files of registries (a folder), a plan (as it begins), else a database.

    Raises:
        InputError: it is none of them.

    """
    if Path(path).is_dir():
        return registry_database(Path(path))
    try:
        with Path(path).open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        head = b""  # what hinders, the database says
    return AddressPlan(path) if is_plan(head) else AddressDatabase(path)


def _entries(content: bytes, path: Path) -> Iterator[tuple[int, Planned]]:
    """Yield each entry with its line."""
    try:
        text = content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refused(path, line, "it is not UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    is_head = True
    try:
        for cells in reader:
            if not cells:
                continue
            if is_head and tuple(cells) != COLUMNS:
                raise _refused(path, reader.line_num, f"the first line is {','.join(COLUMNS)}")
            if not is_head:
                yield reader.line_num, _entry(cells, path, reader.line_num)
            is_head = False
    except csv.Error as error:
        raise _refused(path, reader.line_num, str(error)) from error


def _entry(cells: list[str], path: Path, line: int) -> Planned:
    if len(cells) != len(COLUMNS):
        raise _refused(path, line, f"{len(cells)} columns instead of {len(COLUMNS)}")
    prefix, asn, name, country = (cell.strip() for cell in cells)
    try:
        network = ipaddress.ip_network(prefix)
    except ValueError as error:
        raise _refused(path, line, f"{prefix[:80]!r} is no prefix") from error
    if asn and not (_NUMBER.fullmatch(asn) and 0 < int(asn) <= _LARGEST_ASN):
        raise _refused(path, line, f"{asn[:80]!r} is no AS number")
    if name and (not asn or len(name) > _LONGEST_NAME or not name.isprintable()):
        raise _refused(path, line, f"{name[:80]!r} is no name of an AS, or its number is missing")
    if country and not _COUNTRY.fullmatch(country):
        raise _refused(path, line, f"{country[:80]!r} is no country code")
    return Planned(str(network), int(asn) if asn else None, name or None, country or None)


def _refused(path: Path, line: int, what: str) -> InputError:
    return InputError(f"{path}: line {line}: {what}")
