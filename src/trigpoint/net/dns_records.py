"""Resource records of DNS: one of each common type, made and read (RFC 1035, section 3.3; RFC 3596; RFC 6891)."""

from __future__ import annotations

import socket
import struct

import msgspec

from trigpoint.net.dns_names import name_text, read_name, wire_name

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, OPT, HTTPS = 1, 2, 5, 6, 12, 15, 16, 28, 41, 65
"""Types of records (RFC 1035, section 3.2.2; RFC 3596; RFC 6891; RFC 9460)."""

IN = 1
"""The class of the Internet."""

_HEADER = struct.Struct("!HHIH")  # type, class, TTL, length of data
_SOA_NUMBERS = struct.Struct("!5I")
_PREFERENCE = struct.Struct("!H")
_DNSSEC_OK = 0x8000
_NAMES_INSIDE = {NS: (0, 1), CNAME: (0, 1), PTR: (0, 1), MX: (2, 1), SOA: (0, 2)}
"""Octets before, and number of, the names in the data that may be compressed (RFC 3597, section 4)."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """One resource record. Names within the data are not compressed, so that the data stands alone."""

    name: str
    rtype: int
    ttl: int
    """Seconds; for OPT the extended response code, version and flags."""
    data: bytes
    rclass: int = IN
    """Class; for OPT the size of UDP payload in octets that the sender takes."""


class Soa(msgspec.Struct, frozen=True, gc=False):
    """Data of an SOA record; times in seconds."""

    primary: str
    mailbox: str
    serial: int = 1
    refresh: int = 3600
    retry: int = 600
    expire: int = 86_400
    minimum: int = 60
    """How long a negative answer may be remembered (RFC 2308, section 4)."""


def record_wire(owner: bytes, record: Record) -> bytes:
    """Write a record behind the wire form of its owner's name."""
    return owner + _HEADER.pack(record.rtype, record.rclass, record.ttl, len(record.data)) + record.data


def read_record(payload: bytes, position: int) -> tuple[Record, int]:
    """Read a record of a message, and say where it ends.

    Raises:
        IndexError: the record is cut off or impossible.
        struct.error: it is cut off.
    """
    labels, position = read_name(payload, position)
    rtype, rclass, ttl, length = _HEADER.unpack_from(payload, position)
    start = position + _HEADER.size
    end = start + length
    if end > len(payload):
        raise IndexError
    data = _expanded(payload, rtype, start, end) if rtype in _NAMES_INSIDE else payload[start:end]
    return Record(name_text(labels), rtype, ttl, data, rclass), end


def _expanded(payload: bytes, rtype: int, start: int, end: int) -> bytes:
    before, names = _NAMES_INSIDE[rtype]
    position = start + before
    out = [payload[start:position]]
    for _ in range(names):
        labels, position = read_name(payload, position)
        out += [bytes([len(label)]) + label for label in labels]
        out.append(b"\x00")
    if position > end or (rtype == SOA and end - position != _SOA_NUMBERS.size):
        raise IndexError
    return b"".join([*out, payload[position:end]])


def opt_record(
    udp_bytes: int = 1232, *, is_dnssec_wanted: bool = False, rcode: int = 0, options: bytes = b""
) -> Record:
    """Make the OPT record of EDNS version 0. 1,232 octets pass any path of IPv6 whole (DNS Flag Day 2020)."""
    ttl = rcode >> 4 << 24 | (_DNSSEC_OK if is_dnssec_wanted else 0)
    return Record("", OPT, ttl, options, udp_bytes)


def address_record(name: str, ttl: int, address: str) -> Record:
    """Make an A or an AAAA record, as the address is.

    Raises:
        ValueError: the text is no address.
    """
    rtype, data = address_data(address)
    return Record(name, rtype, ttl, data)


def address_data(address: str) -> tuple[int, bytes]:
    r"""Give type and data of the record for an address.

    >>> address_data("192.0.2.7")
    (1, b'\xc0\x00\x02\x07')

    Raises:
        ValueError: the text is no address.
    """
    try:
        if ":" in address:
            return AAAA, socket.inet_pton(socket.AF_INET6, address)
        return A, socket.inet_pton(socket.AF_INET, address)
    except (OSError, ValueError) as error:
        message = f"{address!r} is no IP address"
        raise ValueError(message) from error


def soa_data(soa: Soa) -> bytes:
    """Write the data of an SOA record (RFC 1035, section 3.3.13).

    Raises:
        ValueError: a name is none.
    """
    numbers = _SOA_NUMBERS.pack(soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum)
    return wire_name(soa.primary) + wire_name(soa.mailbox) + numbers


def mx_data(preference: int, exchange: str) -> bytes:
    """Write the data of an MX record (RFC 1035, section 3.3.9).

    Raises:
        ValueError: the name is none.
    """
    return _PREFERENCE.pack(preference) + wire_name(exchange)


def txt_data(*texts: bytes) -> bytes:
    """Write the data of a TXT record: strings of up to 255 octets each (RFC 1035, section 3.3.14).

    Raises:
        ValueError: a text is longer.
    """
    return b"".join(bytes([len(text)]) + text for text in texts)


def address_of(record: Record) -> str | None:
    """Read the address of an A or AAAA record, in network text form; None for any other."""
    if record.rtype == A and len(record.data) == 4:  # noqa: PLR2004 - octets of an IPv4 address
        return socket.inet_ntop(socket.AF_INET, record.data)
    if record.rtype == AAAA and len(record.data) == 16:  # noqa: PLR2004 - octets of an IPv6 address
        return socket.inet_ntop(socket.AF_INET6, record.data)
    return None


def target_of(record: Record) -> str | None:
    """Read the name to which an NS, CNAME, PTR or MX record points; None for any other, and where it is malformed."""
    before, names = _NAMES_INSIDE.get(record.rtype, (0, 0))
    try:
        return name_text(read_name(record.data, before)[0]) if names == 1 else None
    except IndexError:
        return None


def soa_of(record: Record) -> Soa | None:
    """Read the data of an SOA record; None for any other, and where it is malformed."""
    if record.rtype != SOA:
        return None
    try:
        primary, position = read_name(record.data, 0)
        mailbox, position = read_name(record.data, position)
        return Soa(name_text(primary), name_text(mailbox), *_SOA_NUMBERS.unpack_from(record.data, position))
    except (IndexError, struct.error):
        return None


def texts_of(record: Record) -> tuple[bytes, ...]:
    """Read the strings of a TXT record; empty for any other."""
    texts = []
    position = 0
    while record.rtype == TXT and position < len(record.data):
        length = record.data[position]
        texts.append(record.data[position + 1 : position + 1 + length])
        position += 1 + length
    return tuple(texts)
