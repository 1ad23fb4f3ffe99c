"""QUIC Initial packets, opened as a box on the way can open them (RFC 9000, 9001; version 2: RFC 9369).

The keys of Initial packets follow from the connection ID that the client chose, so anybody can read them. Packets of
other types are recognised and passed over. Input is hostile: every length is checked, what is held is bounded, and
what cannot be read is None.
"""

from __future__ import annotations

import enum
import hmac
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from msgspec.structs import replace

from trigpoint.net.client_hello import parse_client_hello

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.net.client_hello import ClientHello

VERSION_1, VERSION_2 = 0x00000001, 0x6B3343CF
"""Versions of QUIC (RFC 9000, section 15; RFC 9369, section 3.1)."""

_LONG_HEADER = 0x80
_CONNECTION_ID_AT = 5  # octets: flags, version
_LONGEST_CONNECTION_ID = 20  # octets; RFC 9000, section 17.2
_RETRY_TAG_BYTES = 16
_SAMPLE_BYTES = 16
_SAMPLE_AFTER = 4  # octets from the packet number to the sample: RFC 9001, section 5.4.2
_PING, _ACK, _ACK_ECN, _CRYPTO = 1, 2, 3, 6  # RFC 9000, section 19
_ACK_NUMBERS = 2  # of each range; the largest acknowledged, the delay and the first range stand before
_CACHED_KEYS = 256  # flows whose keys are remembered; under a kilobyte each
_LARGEST_HELLO = 65_536  # octets of the CRYPTO stream held by a reader that is told nothing else
_MOST_PIECES = 256  # of a ClientHello; browsers cut theirs into some ten


class Kind(enum.Enum):
    """What a packet with a long header is."""

    INITIAL = "initial"
    ZERO_RTT = "0-rtt"
    HANDSHAKE = "handshake"
    RETRY = "retry"
    VERSION_NEGOTIATION = "version negotiation"
    UNKNOWN_VERSION = "unknown version"


_KINDS = {
    VERSION_1: (Kind.INITIAL, Kind.ZERO_RTT, Kind.HANDSHAKE, Kind.RETRY),
    VERSION_2: (Kind.RETRY, Kind.INITIAL, Kind.ZERO_RTT, Kind.HANDSHAKE),
}
"""By the two bits of the type: RFC 9000, section 17.2; RFC 9369, section 3.2."""

_SALTS = {
    VERSION_1: (bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"), b"quic"),
    VERSION_2: (bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"), b"quicv2"),
}
"""Salt of the secret and begin of the labels: RFC 9001, section 5.2; RFC 9369, sections 3.3.1 and 3.3.2."""


class Keys(msgspec.Struct, frozen=True, gc=False):
    """What protects the Initial packets of one side (RFC 9001, section 5.1)."""

    key: bytes
    iv: bytes
    hp: bytes


class LongHeader(msgspec.Struct, frozen=True, gc=False):
    """The part of a long header that is not protected, and where its packet lies in the datagram."""

    kind: Kind
    version: int
    dcid: bytes
    scid: bytes
    token: bytes = b""
    """Token of an Initial or a Retry packet."""
    versions: tuple[int, ...] = ()
    """Versions that a Version Negotiation packet offers."""
    length: int = 0
    """The Length field: octets of packet number and payload. 0: the packet has none and fills the datagram."""
    start: int = 0
    """Offset of the packet."""
    number_at: int = 0
    """Offset of its packet number."""
    end: int = 0
    """Offset of the first octet after it."""


class Initial(msgspec.Struct, frozen=True, gc=False):
    """An Initial packet, opened."""

    version: int
    dcid: bytes
    scid: bytes
    token: bytes
    length: int
    """The Length field: octets of packet number and payload."""
    packet_number: int
    """As sent, in one to four octets."""
    frames: bytes
    """The payload in the clear."""


def initial_keys(version: int, dcid: bytes, *, is_server: bool = False) -> Keys:
    """Derive the keys of Initial packets (RFC 9001, section 5.2).

    Args:
        version: version of the packet.
        dcid: destination of the client's first Initial packet (after a Retry: of the first one since).
        is_server: whether the server sends; else the client.

    Raises:
        KeyError: an unknown version.
    """
    salt, label = _SALTS[version]
    initial = hmac.digest(salt, dcid, "sha256")
    secret = _expanded(initial, b"server in" if is_server else b"client in", 32)
    return Keys(*(_expanded(secret, label + name, size) for name, size in ((b" key", 16), (b" iv", 12), (b" hp", 16))))


def _expanded(secret: bytes, label: bytes, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446, section 7.1) without context, of at most one block."""
    label = b"tls13 " + label
    info = size.to_bytes(2, "big") + bytes([len(label)]) + label + b"\x00\x01"
    return hmac.digest(secret, info, "sha256")[:size]


@lru_cache(_CACHED_KEYS)
def _ciphers(version: int, dcid: bytes, is_server: bool) -> tuple[AESGCM, Cipher[ECB], int]:  # noqa: FBT001 - key of a cache
    keys = initial_keys(version, dcid, is_server=is_server)
    header = Cipher(AES(keys.hp), ECB())  # noqa: S305 - prescribed for the mask of a header, RFC 9001, section 5.4.3
    return AESGCM(keys.key), header, int.from_bytes(keys.iv, "big")


def long_headers(datagram: bytes) -> Iterator[LongHeader]:
    """Read the long headers of a datagram, one for each coalesced packet (RFC 9000, section 12.2).

    Ends where a packet is malformed, has a short header or no length, or names another destination than the first.
    """
    header = _long_header(datagram, 0)
    dcid = header.dcid if header else b""
    while header is not None and header.dcid == dcid:
        yield header
        header = _long_header(datagram, header.end)


def _long_header(datagram: bytes, start: int) -> LongHeader | None:
    try:
        if not datagram[start] & _LONG_HEADER:
            return None
        dcid, position = _connection_id(datagram, start + _CONNECTION_ID_AT)
        scid, position = _connection_id(datagram, position)
    except IndexError:
        return None
    version = int.from_bytes(datagram[start + 1 : start + _CONNECTION_ID_AT], "big")
    header = LongHeader(Kind.UNKNOWN_VERSION, version, dcid, scid, start=start, end=len(datagram))
    if version not in _KINDS:
        return _of_any_version(header, datagram[position:])
    if len(dcid) > _LONGEST_CONNECTION_ID or len(scid) > _LONGEST_CONNECTION_ID:
        return None
    return _of_known_version(header, datagram, position)


def _of_any_version(header: LongHeader, rest: bytes) -> LongHeader:
    """Read what all versions have in common (RFC 8999); such a packet fills the datagram."""
    if header.version:
        return header
    versions = struct.unpack_from(f"!{len(rest) // 4}I", rest)
    return replace(header, kind=Kind.VERSION_NEGOTIATION, versions=versions)


def _of_known_version(header: LongHeader, datagram: bytes, position: int) -> LongHeader | None:
    kind = _KINDS[header.version][datagram[header.start] >> 4 & 3]
    if kind is Kind.RETRY:
        return replace(header, kind=kind, token=datagram[position:-_RETRY_TAG_BYTES])
    token = b""
    try:
        if kind is Kind.INITIAL:
            size, position = _varint(datagram, position)
            token = datagram[position : position + size]
            position += size
        length, position = _varint(datagram, position)
    except IndexError:
        return None
    end = position + length
    if end > len(datagram):
        return None
    return replace(header, kind=kind, token=token, length=length, number_at=position, end=end)


def _connection_id(datagram: bytes, position: int) -> tuple[bytes, int]:
    end = position + 1 + datagram[position]
    if end > len(datagram):
        raise IndexError
    return datagram[position + 1 : end], end


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """Read an integer of variable length (RFC 9000, section 16), and say where it ends."""
    first = data[position]
    size = 1 << (first >> 6)
    end = position + size
    if end > len(data):
        raise IndexError
    return int.from_bytes(data[position:end], "big") & ((1 << (8 * size - 2)) - 1), end


def initial(datagram: bytes) -> Initial | None:
    """Open the first Initial packet that a client sent in this datagram, with the keys of its own destination.

    None where there is none, or its keys are others: a server sent it, or a client that has had an answer.
    """
    for header in long_headers(datagram):
        if header.kind is Kind.INITIAL and (opened := open_initial(datagram, header)) is not None:
            return opened
    return None


def open_initial(
    datagram: bytes, header: LongHeader, dcid: bytes | None = None, *, is_server: bool = False
) -> Initial | None:
    """Take the protection from an Initial packet (RFC 9001, sections 5.3 and 5.4); None where the keys do not fit.

    Args:
        datagram: the datagram that holds the packet.
        header: its header.
        dcid: destination of the client's first Initial packet. Missing: of this one.
        is_server: whether the server sent it.
    """
    at = header.number_at
    sample = datagram[at + _SAMPLE_AFTER : at + _SAMPLE_AFTER + _SAMPLE_BYTES]
    if header.kind is not Kind.INITIAL or header.length < _SAMPLE_AFTER + _SAMPLE_BYTES:
        return None
    aead, header_cipher, iv = _ciphers(header.version, header.dcid if dcid is None else dcid, is_server)
    mask = header_cipher.encryptor().update(sample)
    first = datagram[header.start] ^ (mask[0] & 0x0F)
    size = (first & 3) + 1
    masked = int.from_bytes(datagram[at : at + size], "big")
    number = masked ^ int.from_bytes(mask[1 : 1 + size], "big")
    clear = bytes([first]) + datagram[header.start + 1 : at] + number.to_bytes(size, "big")
    try:
        frames = aead.decrypt((iv ^ number).to_bytes(12, "big"), datagram[at + size : header.end], clear)
    except InvalidTag:
        return None
    return Initial(header.version, header.dcid, header.scid, header.token, header.length, number, frames)


def crypto_frames(frames: bytes) -> Iterator[tuple[int, bytes]]:
    """Give offset and data of each CRYPTO frame, passing over PADDING, PING and ACK (RFC 9000, section 19).

    Ends at any other frame, and where one is malformed.
    """
    position = 0
    try:
        while position < len(frames):
            kind = frames[position]
            if kind == 0:
                position = len(frames) - len(frames[position:].lstrip(b"\x00"))
            elif kind == _PING:
                position += 1
            elif kind in {_ACK, _ACK_ECN}:
                position = _after_ack(frames, position + 1, has_counts=kind == _ACK_ECN)
            elif kind == _CRYPTO:
                offset, position = _varint(frames, position + 1)
                size, position = _varint(frames, position)
                if position + size > len(frames):
                    return
                yield offset, frames[position : position + size]
                position += size
            else:
                return
    except IndexError:
        return


def _after_ack(frames: bytes, position: int, *, has_counts: bool) -> int:
    _, position = _varint(frames, position)
    _, position = _varint(frames, position)
    ranges, position = _varint(frames, position)
    for _ in range(1 + _ACK_NUMBERS * ranges + (3 if has_counts else 0)):  # ends with IndexError if not with the range
        _, position = _varint(frames, position)
    return position


class CryptoReader:
    """Reads the ClientHello of one flow from the datagrams of its client.

    Args:
        reassemble_frames: whether CRYPTO frames are put together, of one packet and of several; if not, one frame must
            hold the whole ClientHello.
        max_bytes: octets of the CRYPTO stream that are held; a ClientHello that needs more does not come.
    """

    __slots__ = ("_dcid", "_held", "_pieces", "_reassemble_frames", "_result", "is_over", "max_bytes")

    def __init__(self, *, reassemble_frames: bool = True, max_bytes: int = _LARGEST_HELLO) -> None:
        self.max_bytes = max_bytes
        self.is_over = False
        """Whether no ClientHello can come any more: the stream begins with something else, or is too large."""
        self._reassemble_frames = reassemble_frames
        self._dcid: bytes | None = None
        self._pieces: dict[int, bytes] = {}
        self._held = 0
        self._result: ClientHello | None = None

    def feed(self, datagram: bytes) -> ClientHello | None:
        """Take the next datagram; None until they suffice, then the same answer for ever.

        The keys stay those of the first Initial packet that could be opened, as the destination changes with the
        server's answer; after a Retry they are those of the new destination (RFC 9001, section 5.2).
        """
        if self._result is not None or self.is_over:
            return self._result
        for header in long_headers(datagram):
            packet = self._opened(datagram, header) if header.kind is Kind.INITIAL else None
            for offset, data in crypto_frames(packet.frames) if packet else ():
                self._take(offset, data)
        return self._result

    def _opened(self, datagram: bytes, header: LongHeader) -> Initial | None:
        for dcid in {self._dcid or header.dcid: None, header.dcid: None}:
            packet = open_initial(datagram, header, dcid)
            if packet is not None:
                self._dcid = dcid
                return packet
        return None

    def _take(self, offset: int, data: bytes) -> None:
        if self.is_over or self._result is not None or len(data) <= len(self._pieces.get(offset, b"")):
            return
        if not self._reassemble_frames:
            self._pieces.clear()
            self._held = 0
        self._held += len(data) - len(self._pieces.get(offset, b""))
        self._pieces[offset] = data
        if self._held > self.max_bytes or len(self._pieces) > _MOST_PIECES:
            self._finish()
            return
        self._judge()

    def _judge(self) -> None:
        message = self._message()
        if len(message) >= 4:  # noqa: PLR2004 - header of a handshake message: RFC 8446, section 4
            length = int.from_bytes(message[1:4], "big") + 4
            if message[0] != 1 or length > self.max_bytes:
                self._finish()
            elif len(message) >= length:
                self._result = parse_client_hello(message)
                self._finish()

    def _message(self) -> bytes:
        message = bytearray()
        for offset, data in sorted(self._pieces.items()):
            if offset > len(message):
                break
            message += data[len(message) - offset :]
        return bytes(message)

    def _finish(self) -> None:
        self.is_over = True
        self._pieces.clear()
