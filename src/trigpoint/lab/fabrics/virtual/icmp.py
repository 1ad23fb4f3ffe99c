"""ICMP as a host sees it: which packet an error is about, what it means to a program, and the answer to a ping.

What an error means is as in Linux (``icmp_err_convert`` and ``icmpv6_err_convert``).
"""

from __future__ import annotations

import errno
import struct
from typing import NamedTuple

from trigpoint.net.packets import (
    ICMP,
    ICMPV6,
    IPV4,
    Endpoint,
    IpFields,
    Packet,
    icmp,
)

_ECHO = {ICMP: (8, 0), ICMPV6: (128, 129)}
_HEADER = 8  # bytes of an ICMP error before the packet that it quotes
_PORTS_AND_SEQUENCE = struct.Struct("!HHI")
_V6_HEADER = 40  # bytes
_UNREACHABLE = {
    0: (errno.ENETUNREACH, False),
    1: (errno.EHOSTUNREACH, False),
    2: (errno.ENOPROTOOPT, True),
    3: (errno.ECONNREFUSED, True),
    4: (errno.EMSGSIZE, True),
    5: (errno.EOPNOTSUPP, False),
    6: (errno.ENETUNREACH, True),
    7: (errno.EHOSTDOWN, True),
    8: (errno.EHOSTUNREACH, True),
    9: (errno.ENETUNREACH, True),
    10: (errno.EHOSTUNREACH, True),
    11: (errno.ENETUNREACH, False),
    12: (errno.EHOSTUNREACH, False),
}
_UNREACHABLE_V6 = {
    0: (errno.ENETUNREACH, False),
    1: (errno.EACCES, True),
    2: (errno.EHOSTUNREACH, False),
    3: (errno.EHOSTUNREACH, False),
    4: (errno.ECONNREFUSED, True),
    5: (errno.EACCES, True),
    6: (errno.EACCES, True),
}


class Trouble(NamedTuple):
    """An ICMP error, and the packet that it is about."""

    error: int
    """As an ``errno``."""
    is_hard: bool
    """Whether a connected UDP socket hears of it without asking for it (``IP_RECVERR``)."""
    protocol: int
    """Of the packet."""
    local: Endpoint
    """Who sent the packet."""
    remote: Endpoint
    """To whom."""
    sequence: int
    """Of a TCP segment."""
    mtu: int
    """With ``EMSGSIZE``: bytes of the largest packet that would have arrived."""


def trouble(packet: Packet) -> Trouble | None:
    """Read an ICMP error about a packet of TCP or UDP, of which the first eight bytes suffice; None for all else."""
    message = packet.data[packet.transport : packet.end]
    if len(message) < _HEADER:
        return None
    meaning = _meaning(packet.protocol, message[0], message[1])
    return _about(message, *meaning) if meaning else None


def _meaning(protocol: int, kind: int, code: int) -> tuple[int, bool] | None:
    if protocol == ICMP:
        if kind == 3:  # noqa: PLR2004 - RFC 792: destination unreachable
            return _UNREACHABLE.get(code, (errno.EHOSTUNREACH, True))
        return (errno.EHOSTUNREACH, False) if kind == 11 else None  # noqa: PLR2004 - RFC 792: time exceeded
    if kind == 2:  # noqa: PLR2004 - RFC 4443: packet too big
        return errno.EMSGSIZE, True
    if kind == 1:
        return _UNREACHABLE_V6.get(code, (errno.EPROTO, True))
    return (errno.EHOSTUNREACH, False) if kind == 3 else None  # noqa: PLR2004 - RFC 4443: time exceeded


def _about(message: bytes, error: int, is_hard: bool) -> Trouble | None:  # noqa: FBT001 - as in the table
    quoted = message[_HEADER:]
    try:
        if quoted[0] >> 4 == IPV4:
            start, protocol = (quoted[0] & 0x0F) << 2, quoted[9]
            source, target = quoted[12:16], quoted[16:20]
            mtu = int.from_bytes(message[6:8], "big")  # RFC 1191, section 4
        else:
            start, protocol = _V6_HEADER, quoted[6]
            source, target = quoted[8:24], quoted[24:40]
            mtu = int.from_bytes(message[4:8], "big")
        ports = _PORTS_AND_SEQUENCE.unpack_from(quoted, start)
    except (IndexError, struct.error):
        return None
    return Trouble(error, is_hard, protocol, (source, ports[0]), (target, ports[1]), ports[2], mtu)


def pong(packet: Packet) -> bytes | None:
    """Answer an echo request (RFC 792, RFC 4443); None for anything else."""
    request, answer = _ECHO[packet.protocol]
    message = packet.data[packet.transport : packet.end]
    if len(message) < _HEADER or message[0] != request:
        return None
    return icmp(packet.target, packet.source, (answer, 0), message[4:], IpFields(64, packet.identification))
