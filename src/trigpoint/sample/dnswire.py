"""DNS replies on the wire (RFC 1035, section 4), as the ``raw_response`` of a lookup."""

from __future__ import annotations

import ipaddress
import struct

TYPES = {"A": 1, "CNAME": 5, "SOA": 6, "AAAA": 28}
"""Record types by name."""

RCODES = {"dns_servfail_error": 2, "dns_server_misbehaving": 2, "dns_nxdomain_error": 3, "dns_refused_error": 5}
"""Response code that a failure string stands for; anything else that got an answer is 0."""

_QUESTION = 0xC00C  # pointer to the name in the question


def encode_name(name: str) -> bytes:
    r"""Encode a host name without compression.

    >>> encode_name("a.example")
    b'\x01a\x07example\x00'
    """
    labels = name.rstrip(".").encode("ascii").split(b".")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def reply(identity: int, name: str, query_type: str, addresses: tuple[str, ...], rcode: int, *, has_soa: bool) -> bytes:
    """Encode a recursive resolver's reply: addresses of the asked type, or a denial with or without its SOA."""
    family = 4 if query_type == "A" else 6
    found = [address for address in map(ipaddress.ip_address, addresses) if address.version == family]
    header = struct.pack("!6H", identity, 0x8180 | rcode, 1, len(found), int(has_soa), 0)
    question = encode_name(name) + struct.pack("!HH", TYPES[query_type], 1)
    answers = b"".join(_record(TYPES[query_type], address.packed) for address in found)
    return header + question + answers + (_soa() if has_soa else b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("!HHHIH", _QUESTION, kind, 1, 300, len(data)) + data


def _soa() -> bytes:
    data = (
        encode_name("ns.example")
        + encode_name("hostmaster.example")
        + struct.pack("!5I", 2024110401, 7200, 3600, 1209600, 3600)
    )
    return encode_name("example") + struct.pack("!HHIH", TYPES["SOA"], 1, 900, len(data)) + data
