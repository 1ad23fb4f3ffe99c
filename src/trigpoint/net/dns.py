"""DNS messages (RFC 1035, section 4): what an archive's raw replies hold beyond what the recorder wrote down.

Only replies are read, and of them only what observations keep. Input is hostile: every length is checked, names are
skipped and not expanded, so compression loops (RFC 9267) cannot arise.
"""

from __future__ import annotations

import struct
from socket import AF_INET, AF_INET6, inet_ntop

import msgspec

from trigpoint.net.dns_names import after_name
from trigpoint.remembered import Remembered

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")  # type, class, TTL, length of data
_RECORD_BYTES = _RECORD.size
_POINTER = 0xC0
_SOA = 6
_A, _AAAA = 1, 28
_A_BYTES, _AAAA_BYTES = 4, 16
_CACHE_SIZE = 32_768  # addresses of 100 bytes


class Reply(msgspec.Struct, frozen=True, gc=False):
    """What a raw reply says."""

    rcode: int
    """Response code, 0 to 15 (EDNS extensions are not read)."""
    is_authoritative: bool
    """The AA flag."""
    has_soa: bool | None
    """Whether the authority section holds an SOA record. Missing: the message is cut off before its end."""
    ttls: dict[str, int]
    """Time to live in seconds by address (in network text form) of the A and AAAA records of the answer section."""


def _written(address: bytes) -> str:
    return inet_ntop(AF_INET if len(address) == _A_BYTES else AF_INET6, address)


_WRITTEN = Remembered(_written, _CACHE_SIZE)


def parse_reply(message: bytes) -> Reply | None:
    r"""Read a DNS reply; None where it is no reply at all. What is cut off keeps what stands before the cut.

    >>> parse_reply(bytes.fromhex("000181830001000000000000") + b"\x00\x00\x01\x00\x01").rcode
    3
    """
    size = len(message)
    if size < _HEADER.size:
        return None
    _, flags, questions, answers, authorities, _ = _HEADER.unpack_from(message)
    if not flags & 0x8000:
        return None
    ttls: dict[str, int] = {}
    has_soa: bool | None = False
    try:
        end = _HEADER.size
        for _ in range(questions):
            end = after_name(message, end) + 4
        for number in range(answers + authorities):
            fields = end + 2 if message[end] >= _POINTER else after_name(message, end)
            kind, _, ttl, length = _RECORD.unpack_from(message, fields)
            start = fields + _RECORD_BYTES
            end = start + length
            if end > size:
                has_soa = has_soa or None
                break
            if number >= answers:
                has_soa = has_soa or kind == _SOA
            elif (kind == _A and length == _A_BYTES) or (kind == _AAAA and length == _AAAA_BYTES):
                ttls[_WRITTEN[message[start:end]]] = ttl
    except (IndexError, struct.error):
        has_soa = has_soa or None
    return Reply(flags & 0xF, bool(flags & 0x0400), has_soa, ttls)
