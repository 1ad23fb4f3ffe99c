"""What is known of an IP address: whether it is globally routable, its AS and its country.

>>> is_bogon("10.10.34.35"), is_bogon("93.184.215.14"), is_bogon("www.example.com")
(True, False, None)
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from socket import AF_INET, inet_pton
from typing import TYPE_CHECKING, TypeAlias

import maxminddb

from trigpoint.errors import InputError
from trigpoint.model.facts import AddressFacts
from trigpoint.model.provenance import ReferenceFile
from trigpoint.reference.special_purpose import IPV4_BLOCKS, IPV6_BLOCKS, Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trigpoint.reference.special_purpose import Block

    AddressLookup: TypeAlias = Callable[[str], AddressFacts]

_Row: TypeAlias = "tuple[int, int, Block]"

_AS_NUMBER = re.compile(r"(?:AS)?([0-9]{1,10})", re.ASCII | re.IGNORECASE)
_COUNTRY_CODE = re.compile(r"[A-Z]{2}", re.ASCII)

# Names that makers of such databases give to the same thing: MaxMind's GeoLite2 and DB-IP; IPinfo; IPtoASN.
_AS_NUMBER_FIELDS = ("autonomous_system_number", "asn", "as_number")
_AS_NAME_FIELDS = ("autonomous_system_organization", "as_name", "as_description", "as_organization")
_COUNTRY_FIELDS = ("country_code", "country", "country_iso_code")


def _rows(blocks: tuple[Block, ...]) -> tuple[_Row, ...]:
    """Prepare blocks for a search: mask and network as integers, the longest prefix first."""
    networks = [(ipaddress.ip_network(block.prefix), block) for block in blocks]
    ordered = sorted(networks, key=lambda entry: -entry[0].prefixlen)
    return tuple((int(network.netmask), int(network.network_address), block) for network, block in ordered)


_IPV4_ROWS, _IPV6_ROWS = _rows(IPV4_BLOCKS), _rows(IPV6_BLOCKS)


def is_bogon(address: str) -> bool | None:
    """Tell whether an address is not globally routable (IANA special-purpose registries).

    Args:
        address: IPv4 or IPv6 address in text form.

    Returns:
        The answer, or ``None`` where the text is not an address.

    """
    with suppress(OSError, ValueError):  # nearly all are of this version, and `ipaddress` takes five times as long
        return _is_bogon_v4(int.from_bytes(inet_pton(AF_INET, address)))
    try:
        return _is_bogon_v6(int(ipaddress.IPv6Address(address)))
    except ValueError:
        return None


def _is_bogon_v4(number: int) -> bool:
    return _block(number, _IPV4_ROWS).reach is Reach.BOGON


def _is_bogon_v6(number: int) -> bool:
    block = _block(number, _IPV6_ROWS)
    if block.reach is Reach.EMBEDDED:
        return _is_bogon_v4(number >> block.embedded_at & 0xFFFFFFFF)
    return block.reach is Reach.BOGON


def _block(number: int, rows: tuple[_Row, ...]) -> Block:
    for mask, network, block in rows[:-1]:
        if number & mask == network:
            return block
    return rows[-1][-1]  # it holds everything


def facts_without_database(address: str) -> AddressFacts:
    """Say what the address alone tells."""
    return AddressFacts(is_bogon=is_bogon(address))


class AddressDatabase:
    """A local database of addresses in MaxMind's format (MMDB, version 2.0), whoever made it.

    It is opened again in each process: pass the path, not the object.
    """

    def __init__(self, path: Path | str) -> None:
        """Open the database.

        Raises:
            InputError: it cannot be read, or is not in that format.

        """
        self.path = Path(path)
        try:
            self._reader = maxminddb.open_database(self.path)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            what = "an address database (MMDB), nor is it an address plan (CSV: prefix,asn,as_name,country)"
            why = (isinstance(error, OSError) and error.strerror) or error
            message = f"{path}: cannot be read as {what}: {why}"
            raise InputError(message) from error

    def provenance(self) -> ReferenceFile:
        """Hash the file and read when it was made."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        built = self._reader.metadata().build_epoch
        vintage = None
        with suppress(ValueError, OverflowError, OSError):  # beyond the calendar
            vintage = datetime.fromtimestamp(built, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return ReferenceFile(name="address database", sha256=digest, vintage=vintage)

    def lookup(self, address: str) -> AddressFacts:
        """Look an address up. What the database does not know, or says in a way not known here, is missing."""
        try:
            record = self._reader.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):  # no address; IPv6 in an IPv4 database; a damaged record
            record = None
        fields = record if isinstance(record, dict) else {}
        asn = _as_number(fields)
        return AddressFacts(
            asn=asn,
            as_name=_as_name(fields) if asn is not None else None,
            address_country=_country(fields),
            is_bogon=is_bogon(address),
        )


def _as_number(fields: Mapping[str, object]) -> int | None:
    for name in _AS_NUMBER_FIELDS:
        value = fields.get(name)
        if isinstance(value, int) and 0 < value < 2**32:
            return value
        matched = _AS_NUMBER.fullmatch(value) if isinstance(value, str) else None
        if matched and 0 < int(matched[1]) < 2**32:
            return int(matched[1])
    return None


def _as_name(fields: Mapping[str, object]) -> str | None:
    values = (fields.get(name) for name in _AS_NAME_FIELDS)
    return next((value for value in values if isinstance(value, str) and value), None)


def _country(fields: Mapping[str, object]) -> str | None:
    for name in _COUNTRY_FIELDS:
        value = fields.get(name)
        if isinstance(value, dict):
            value = value.get("iso_code")
        if isinstance(value, str) and _COUNTRY_CODE.fullmatch(value):
            return value
    return None
