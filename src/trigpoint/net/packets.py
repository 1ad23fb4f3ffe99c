"""IP packets: read in one pass, built with right checksums, aged in place. IPv4 and IPv6 alike.

Sources: RFC 791 (IPv4), RFC 8200 (IPv6), RFC 9293 (TCP), RFC 768 (UDP), RFC 792 and RFC 4443 (ICMP), RFC 1071 and
RFC 1624 (checksums). Input is hostile: a packet whose lengths contradict each other is no packet. Fragments are
recognised and never put together: what they carry is read as bytes without ports.
"""

from __future__ import annotations

import socket
import struct
from enum import Enum

import msgspec

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SEQUENCE_MASK = 0xFFFFFFFF
IPV4, IPV6 = 4, 6

_IPV4 = struct.Struct("!BBHHHBBH4s4s")
_IPV6 = struct.Struct("!IHBB16s16s")
_TCP = struct.Struct("!HHIIBBHHH")
_UDP = struct.Struct("!HHHH")
_EXTENSIONS = frozenset({0, 43, 44, 51, 60, 135})  # RFC 8200 section 4, RFC 4302, RFC 6275
_FRAGMENT, _AUTHENTICATION = 44, 51
_MOST_EXTENSIONS = 8  # real packets have one or two; more is somebody playing
_MORE_OR_OFFSET_V4 = 0x3FFF
_MORE_OR_OFFSET_V6 = 0xFFF9
_DONT_FRAGMENT = 0x4000
_LARGEST_TTL = 255
_QUOTED_V4, _QUOTED_V6 = 548, 1232  # bytes of the packet that an ICMP error quotes: 576 and 1280 in all

Endpoint = tuple[bytes, int]
"""Address of 4 or 16 bytes, and port."""


class Packet(msgspec.Struct, gc=False):
    """The fields of one IP packet that a filter looks at; the bytes themselves stay in ``data``."""

    data: bytes
    """The whole packet, as it came."""
    version: int
    """4 or 6."""
    source: bytes
    """Address of 4 or 16 bytes."""
    target: bytes
    """Address of 4 or 16 bytes."""
    protocol: int
    """What is carried; in IPv6 what follows the extension headers."""
    ttl: int
    """Time to live, or hop limit."""
    identification: int
    """The IPv4 identification; 0 in IPv6."""
    is_fragment: bool
    """Whether it is a part of a larger packet. Ports and payload are then not read."""
    transport: int
    """Where the header after IP begins."""
    payload: int
    """Where the payload of TCP or UDP begins; for anything else, as ``transport``."""
    end: int
    """Where the packet ends, by its own length fields."""
    source_port: int = 0
    """TCP or UDP port; 0 where there is none."""
    target_port: int = 0
    """TCP or UDP port; 0 where there is none."""
    sequence: int = 0
    """TCP sequence number."""
    acknowledgement: int = 0
    """TCP acknowledgement number."""
    flags: int = 0
    """TCP flags, the low eight."""
    window: int = 0
    """TCP window as written, not scaled."""

    @property
    def content(self) -> bytes:
        """The payload of TCP or UDP."""
        return self.data[self.payload : self.end]


def parse(data: bytes) -> Packet | None:
    """Read one IP packet; None where it is none, or is cut off.

    >>> packet = parse(udp((bytes([192, 0, 2, 1]), 4000), (bytes([192, 0, 2, 2]), 53), b"hello"))
    >>> packet.target_port, packet.content
    (53, b'hello')
    """
    try:
        version = data[0] >> 4
        if version == IPV4:
            return _parse_v4(data)
        return _parse_v6(data) if version == IPV6 else None
    except (struct.error, IndexError):
        return None


def _parse_v4(data: bytes) -> Packet | None:
    first, _, total, identification, fragment, ttl, protocol, _, source, target = _IPV4.unpack_from(data)
    header = (first & 0x0F) << 2
    if header < _IPV4.size or not header <= total <= len(data):
        return None
    is_fragment = bool(fragment & _MORE_OR_OFFSET_V4)
    packet = Packet(data, 4, source, target, protocol, ttl, identification, is_fragment, header, header, total)
    return packet if is_fragment else _with_transport(packet)


def _parse_v6(data: bytes) -> Packet | None:
    _, length, protocol, ttl, source, target = _IPV6.unpack_from(data)
    end = _IPV6.size + length
    if end > len(data):
        return None
    position, is_fragment = _IPV6.size, False
    for _ in range(_MOST_EXTENSIONS):
        if protocol not in _EXTENSIONS or is_fragment:
            break
        following, size = data[position], data[position + 1]
        if protocol == _FRAGMENT:
            is_fragment = bool(int.from_bytes(data[position + 2 : position + 4], "big") & _MORE_OR_OFFSET_V6)
            size = 8
        else:
            size = (size + 2) << 2 if protocol == _AUTHENTICATION else (size + 1) << 3
        protocol, position = following, position + size
    if position > end:
        return None
    packet = Packet(data, 6, source, target, protocol, ttl, 0, is_fragment, position, position, end)
    return packet if is_fragment else _with_transport(packet)


def _with_transport(packet: Packet) -> Packet | None:
    start = packet.transport
    if packet.protocol == TCP:
        (
            packet.source_port,
            packet.target_port,
            packet.sequence,
            packet.acknowledgement,
            offset,
            packet.flags,
            packet.window,
            _,
            _,
        ) = _TCP.unpack_from(packet.data, start)
        packet.payload = start + ((offset >> 4) << 2)
        return packet if start + _TCP.size <= packet.payload <= packet.end else None
    if packet.protocol == UDP:
        packet.source_port, packet.target_port, length, _ = _UDP.unpack_from(packet.data, start)
        packet.payload = start + _UDP.size
        if not _UDP.size <= length <= packet.end - start:
            return None
        packet.end = start + length
    return packet


def checksum(data: bytes) -> int:
    """Compute the Internet checksum (RFC 1071) of bytes of which at least one is not zero.

    The one's complement sum of 16-bit words is the whole, read as one number, modulo 65535.

    >>> hex(checksum(bytes.fromhex("0001f203f4f5f6f7")))
    '0x220d'
    """
    padded = data + b"\x00" if len(data) & 1 else data
    return 0xFFFF - (int.from_bytes(padded, "big") % 0xFFFF or 0xFFFF)


class IpFields(msgspec.Struct, frozen=True, gc=False):
    """What a sender chooses in the IP header."""

    ttl: int = 64
    """Time to live, or hop limit."""
    identification: int = 0
    """The IPv4 identification; IPv6 has none."""
    dont_fragment: bool = True
    """The DF flag of IPv4."""


class Segment(msgspec.Struct, frozen=True, gc=False):
    """What a sender chooses in the TCP header, and the payload."""

    sequence: int
    """Taken modulo 2^32."""
    acknowledgement: int
    """Taken modulo 2^32."""
    flags: int
    """FIN 1, SYN 2, RST 4, PSH 8, ACK 16."""
    window: int = 64_240
    """As written, not scaled. The default is what Linux sends first over Ethernet."""
    payload: bytes = b""
    """What the segment carries."""
    options: bytes = b""
    """A multiple of four bytes."""


_PLAIN = IpFields()


def ip(source: bytes, target: bytes, protocol: int, payload: bytes, fields: IpFields = _PLAIN) -> bytes:
    """Put an IP header before a payload; the family is that of the addresses."""
    if len(source) == len(target) == 4:  # noqa: PLR2004 - bytes of an IPv4 address
        fragment = _DONT_FRAGMENT if fields.dont_fragment else 0
        total = _IPV4.size + len(payload)
        parts = (0x45, 0, total, fields.identification, fragment, fields.ttl, protocol)
        header = _IPV4.pack(*parts, checksum(_IPV4.pack(*parts, 0, source, target)), source, target)
        return header + payload
    return _IPV6.pack(IPV6 << 28, len(payload), protocol, fields.ttl, source, target) + payload


def tcp(source: Endpoint, target: Endpoint, segment: Segment, fields: IpFields = _PLAIN) -> bytes:
    """Build a TCP segment in an IP packet."""
    header = _TCP.pack(
        source[1],
        target[1],
        segment.sequence & SEQUENCE_MASK,
        segment.acknowledgement & SEQUENCE_MASK,
        (_TCP.size + len(segment.options)) << 2,
        segment.flags,
        segment.window,
        0,
        0,
    )
    body = header + segment.options + segment.payload
    total = checksum(_pseudo_header(source[0], target[0], TCP, len(body)) + body)
    return ip(source[0], target[0], TCP, body[:16] + total.to_bytes(2, "big") + body[18:], fields)


def udp(source: Endpoint, target: Endpoint, payload: bytes, fields: IpFields = _PLAIN) -> bytes:
    """Build a UDP datagram in an IP packet."""
    length = _UDP.size + len(payload)
    body = _UDP.pack(source[1], target[1], length, 0) + payload
    total = checksum(_pseudo_header(source[0], target[0], UDP, length) + body) or 0xFFFF  # RFC 768: 0 means none
    return ip(source[0], target[0], UDP, body[:6] + total.to_bytes(2, "big") + payload, fields)


def icmp(source: bytes, target: bytes, message: tuple[int, int], body: bytes, fields: IpFields = _PLAIN) -> bytes:
    """Build an ICMP or ICMPv6 message: ``message`` is type and code, ``body`` what follows the checksum."""
    plain = bytes(message) + b"\x00\x00" + body
    is_v4 = len(source) == 4  # noqa: PLR2004 - bytes of an IPv4 address
    pseudo = b"" if is_v4 else _pseudo_header(source, target, ICMPV6, len(plain))
    total = checksum(pseudo + plain)
    return ip(source, target, ICMP if is_v4 else ICMPV6, plain[:2] + total.to_bytes(2, "big") + body, fields)


class IcmpError(Enum):
    """An error that a router or host reports: type and code in ICMP, type and code in ICMPv6."""

    TIME_EXCEEDED = ((11, 0), (3, 0))
    NO_ROUTE = ((3, 0), (1, 0))
    HOST_UNREACHABLE = ((3, 1), (1, 3))
    PORT_UNREACHABLE = ((3, 3), (1, 4))
    PROHIBITED = ((3, 13), (1, 1))
    TOO_BIG = ((3, 4), (2, 0))


def icmp_error(router: bytes, offending: bytes, error: IcmpError, *, mtu: int = 0, ttl: int = 64) -> bytes | None:
    """Build the message that tells the sender of a packet what became of it.

    None where none may be sent: the offending bytes are no packet, or an ICMP error themselves (RFC 1122, 3.2.2), or
    of the other family.
    """
    packet = parse(offending)
    if packet is None or len(packet.source) != len(router) or _is_icmp_error(packet):
        return None
    is_v4 = packet.version == IPV4
    quoted = offending[: _QUOTED_V4 if is_v4 else _QUOTED_V6]
    return icmp(router, packet.source, error.value[0 if is_v4 else 1], mtu.to_bytes(4, "big") + quoted, IpFields(ttl))


def _is_icmp_error(packet: Packet) -> bool:
    kind = packet.data[packet.transport : packet.transport + 1]
    if packet.protocol == ICMP:
        return kind not in {b"\x00", b"\x08"}
    return packet.protocol == ICMPV6 and kind < b"\x80"


def _pseudo_header(source: bytes, target: bytes, protocol: int, length: int) -> bytes:
    return source + target + protocol.to_bytes(4, "big") + length.to_bytes(4, "big")


def decrement_ttl(packet: bytearray, hops: int = 1) -> bool:
    """Age a packet in place by some routers, with its checksum (RFC 1624); False where it would not survive them.

    A packet that does not survive is left as it is.
    """
    is_v4 = packet[0] >> 4 == IPV4
    position = 8 if is_v4 else 7
    if packet[position] <= hops:
        return False
    packet[position] -= hops
    if is_v4:
        total = int.from_bytes(packet[10:12], "big") + (hops << 8)
        packet[10:12] = ((total & 0xFFFF) + (total >> 16)).to_bytes(2, "big")
    return True


def readdressed(packet: Packet, *, source: bytes | None = None, target: bytes | None = None) -> bytes:
    """Give a packet other addresses of its family, as address translation does (RFC 3022), checksums adjusted.

    Checksums that were wrong stay wrong. Fragments after the first have no transport checksum, and none is looked for.
    """
    new_source, new_target = source or packet.source, target or packet.target
    at, size = (12, 4) if packet.version == IPV4 else (8, 16)
    data = bytearray(packet.data)
    data[at : at + 2 * size] = new_source + new_target
    change = _words(new_source + new_target) - _words(packet.source + packet.target)
    if packet.version == IPV4:
        _adjust(data, 10, change)
    where = {TCP: 16, UDP: 6, ICMPV6: 2}.get(packet.protocol)
    if where is not None and not packet.is_fragment:
        position = packet.transport + where
        if packet.protocol != UDP or any(data[position : position + 2]):  # RFC 768: none was computed
            _adjust(data, position, change)
    return bytes(data)


def _words(data: bytes) -> int:
    return int.from_bytes(data, "big") % 0xFFFF


def _adjust(data: bytearray, position: int, change: int) -> None:
    """Change a checksum by the change of the words that it is over (RFC 1624, equation 3)."""
    old = 0xFFFF - int.from_bytes(data[position : position + 2], "big")
    data[position : position + 2] = (0xFFFF - ((old + change) % 0xFFFF or 0xFFFF)).to_bytes(2, "big")


def raised_ttl(ttl: int, hops: int) -> int:
    """Say which TTL to send so that ``ttl`` is left after some routers, as far as 255 goes."""
    return max(1, min(_LARGEST_TTL, ttl + hops))


def checksums_hold(packet: Packet) -> bool:
    """Tell whether the checksums of the IPv4 header and of what it carries are right."""
    data, start = packet.data, packet.transport
    if packet.version == IPV4 and checksum(data[: (data[0] & 0x0F) << 2]):
        return False
    if packet.is_fragment or packet.protocol not in {ICMP, TCP, UDP, ICMPV6}:
        return True
    body = data[start : packet.end]
    if packet.protocol == UDP and packet.version == IPV4 and body[6:8] == b"\x00\x00":
        return True
    pseudo = (
        b"" if packet.protocol == ICMP else _pseudo_header(packet.source, packet.target, packet.protocol, len(body))
    )
    return checksum(pseudo + body) == 0


def address_text(address: bytes) -> str:
    """Write an address of 4 or 16 bytes.

    >>> address_text(bytes([192, 0, 2, 1]))
    '192.0.2.1'
    """
    return socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address)  # noqa: PLR2004 - bytes of an IPv4 address


def address_bytes(text: str) -> bytes:
    """Read an address.

    >>> address_bytes("2001:db8::1").hex()
    '20010db8000000000000000000000001'

    Raises:
        OSError: the text is no address.

    """
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
