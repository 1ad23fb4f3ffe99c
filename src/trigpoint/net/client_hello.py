"""The ClientHello of TLS (RFC 8446, section 4.1.2) as a box on the way can read it.

Stateless over one segment (:func:`client_hello`) or collected from a stream (:class:`ClientHelloReader`), with records
put together or not: which of these a filter does decides what gets past it. Input is hostile: every length is
checked, and what is no ClientHello is a value, not an error.
"""

from __future__ import annotations

import enum
import struct
from typing import Final, Literal

import msgspec

SERVER_NAME, ALPN, SUPPORTED_VERSIONS = 0, 16, 43
"""Types of extensions (RFC 6066, section 3; RFC 7301; RFC 8446, section 4.2.1)."""

ENCRYPTED_CLIENT_HELLO, ENCRYPTED_SERVER_NAME = 0xFE0D, 0xFFCE
"""Types of extensions: ECH (RFC 9849, section 5), and ESNI, its draft until 2020 (draft-ietf-tls-esni-06)."""

TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0301, 0x0302, 0x0303, 0x0304
"""Versions as they stand on the wire (RFC 8446, appendix D)."""

_HANDSHAKE = 22
_CLIENT_HELLO = 1
_MAJOR = 3
_RECORD_BEGIN = bytes([_HANDSHAKE, _MAJOR])
_RECORD_HEADER = 5  # octets: type, version, length
_MESSAGE_HEADER = 4  # octets: type, length
_LARGEST_RECORD = 16_384  # octets of plaintext; RFC 8446, section 5.1
_LARGEST_HELLO = 65_536  # octets held by a reader that is told nothing else; real ones have 200 to 2,000
_RANDOM_END = 38  # header, version, random
_PAIR = struct.Struct("!HH")
_SHORT = struct.Struct("!H")
_NAME_HEADER = struct.Struct("!HBH")  # length of the list, type of the name, its length (RFC 6066, section 3)


class _NotTls(enum.Enum):
    NOT_TLS = "not TLS"


NOT_TLS: Final = _NotTls.NOT_TLS
"""No ClientHello that the reader can read will come of this stream."""


class ClientHello(msgspec.Struct, frozen=True, gc=False):
    """What a ClientHello says in the clear."""

    server_name: str | None
    """Name of the server in lower case; octets outside ASCII as ``\\xNN``. Missing: no such extension, or malformed."""
    server_name_sent: bytes | None
    """The same, octet for octet."""
    alpn: tuple[str, ...]
    """Protocols offered (RFC 7301), in order; octets outside ASCII as ``\\xNN``."""
    versions: tuple[int, ...]
    """Versions offered, in order: of the extension, else the one of the message."""
    cipher_suites: tuple[int, ...]
    extensions: tuple[int, ...]
    """Types of the extensions in order, GREASE (RFC 8701) among them."""
    has_ech: bool
    """Whether there is an ECH extension, true or GREASE: from outside they cannot be told apart."""
    has_esni: bool
    length: int
    """Octets of the message as announced, with its header of four."""
    random: bytes
    session_id: bytes
    is_complete: bool = True
    """Whether the whole message was there; if not, extensions behind the cut are not listed."""


def parse_client_hello(message: bytes, *, may_be_cut: bool = False) -> ClientHello | None:
    """Read a handshake message that begins with its header of four octets; None where it is no ClientHello.

    Args:
        message: the message; octets behind its announced end are ignored.
        may_be_cut: whether a message that ends early counts for the extensions which are there whole.
    """
    if len(message) < _RANDOM_END + 1 or message[0] != _CLIENT_HELLO:
        return None
    length = int.from_bytes(message[1:4], "big") + _MESSAGE_HEADER
    is_complete = len(message) >= length
    if not (is_complete or may_be_cut):
        return None
    try:
        return _parse(message, length, is_complete=is_complete)
    except (IndexError, struct.error):
        return None


def _parse(message: bytes, length: int, *, is_complete: bool) -> ClientHello | None:
    end = min(length, len(message))
    position = _RANDOM_END + 1 + message[_RANDOM_END]
    session_id = message[_RANDOM_END + 1 : position]
    (suites_bytes,) = _SHORT.unpack_from(message, position)
    suites = struct.unpack_from(f"!{suites_bytes >> 1}H", message, position + 2)
    position += 2 + suites_bytes
    position += 1 + message[position]
    if position > end:
        return None
    spans, is_whole = _extensions(message, position, end)
    if is_complete and not is_whole:
        return None
    sent = _server_name(message, spans.get(SERVER_NAME))
    return ClientHello(
        server_name=sent.decode("ascii", "backslashreplace").lower() if sent else None,
        server_name_sent=sent,
        alpn=_protocols(message, spans.get(ALPN)),
        versions=_versions(message, spans.get(SUPPORTED_VERSIONS)) or _SHORT.unpack_from(message, _MESSAGE_HEADER),
        cipher_suites=suites,
        extensions=tuple(spans),
        has_ech=ENCRYPTED_CLIENT_HELLO in spans,
        has_esni=ENCRYPTED_SERVER_NAME in spans,
        length=length,
        random=message[6:_RANDOM_END],
        session_id=session_id,
        is_complete=is_complete,
    )


def _extensions(message: bytes, position: int, end: int) -> tuple[dict[int, tuple[int, int]], bool]:
    """Find start and end of each extension; and tell whether they fill the message exactly."""
    spans: dict[int, tuple[int, int]] = {}
    if position == end:
        return spans, True  # TLS 1.2 may have none (RFC 5246, section 7.4.1.2)
    if position + 2 > end:
        return spans, False
    announced = position + 2 + _SHORT.unpack_from(message, position)[0]
    position += 2
    while position + 4 <= end:
        kind, size = _PAIR.unpack_from(message, position)
        start = position + 4
        if start + size > end:
            break
        position = start + size
        spans.setdefault(kind, (start, position))
    return spans, position == end == announced


def _server_name(message: bytes, span: tuple[int, int] | None) -> bytes | None:
    if span is None or span[1] - span[0] < _NAME_HEADER.size:
        return None
    _, kind, size = _NAME_HEADER.unpack_from(message, span[0])
    start = span[0] + _NAME_HEADER.size
    if kind != 0 or not 0 < size <= span[1] - start:
        return None
    return message[start : start + size]


def _protocols(message: bytes, span: tuple[int, int] | None) -> tuple[str, ...]:
    found = []
    position, end = (span[0] + 2, span[1]) if span else (0, 0)
    while position < end:
        following = position + 1 + message[position]
        if following > end:
            break
        found.append(message[position + 1 : following].decode("ascii", "backslashreplace"))
        position = following
    return tuple(found)


def _versions(message: bytes, span: tuple[int, int] | None) -> tuple[int, ...]:
    if span is None or span[0] == span[1]:
        return ()
    size = min(message[span[0]], span[1] - span[0] - 1)
    return struct.unpack_from(f"!{size >> 1}H", message, span[0] + 1)


def client_hello(payload: bytes, *, reassemble_records: bool = False, may_be_cut: bool = False) -> ClientHello | None:
    """Read the ClientHello at the begin of one segment, remembering nothing.

    Args:
        payload: what the segment carries.
        reassemble_records: whether a message that goes on in further records of the segment is put together.
        may_be_cut: whether a message that goes on in the next segment counts for what is there of it.
    """
    if len(payload) < _RECORD_HEADER or payload[0] != _HANDSHAKE or payload[1] != _MAJOR:
        return None
    message = payload[_RECORD_HEADER : _RECORD_HEADER + (payload[3] << 8 | payload[4])]
    if reassemble_records and len(message) < _announced(message):
        reader = ClientHelloReader()
        hello = reader.feed(payload)
        if isinstance(hello, ClientHello):
            return hello
        message = reader.message
    return parse_client_hello(message, may_be_cut=may_be_cut)


def _announced(message: bytes | bytearray) -> int:
    return int.from_bytes(message[1:4], "big") + _MESSAGE_HEADER


class ClientHelloReader:
    """Reads the ClientHello at the begin of a stream that comes in pieces.

    Args:
        reassemble_records: whether a message in several records is put together; if not, it is :data:`NOT_TLS`.
        max_bytes: octets of the stream that are read; a ClientHello that needs more is :data:`NOT_TLS`.
    """

    __slots__ = ("_header", "_left", "_message", "_reassemble_records", "_result", "_room", "max_bytes")

    def __init__(self, *, reassemble_records: bool = True, max_bytes: int = _LARGEST_HELLO) -> None:
        self.max_bytes = max_bytes
        self._reassemble_records = reassemble_records
        self._room = max_bytes
        self._header = b""
        self._left = 0  # octets of the present record still to come
        self._message = bytearray()
        self._result: ClientHello | Literal[_NotTls.NOT_TLS] | None = None

    @property
    def message(self) -> bytes:
        """What has come of the handshake message."""
        return bytes(self._message)

    def feed(self, data: bytes) -> ClientHello | Literal[_NotTls.NOT_TLS] | None:
        """Take the next octets of the stream; None until they suffice, then the same answer for ever."""
        is_too_long = len(data) > self._room
        position = 0
        data = data[: self._room]
        self._room -= len(data)
        while self._result is None and position < len(data):
            position += self._begin_record(data, position) if not self._left else self._go_on(data, position)
        if self._result is None and is_too_long:
            self._result = NOT_TLS
        return self._result

    def _begin_record(self, data: bytes, position: int) -> int:
        taken = data[position : position + _RECORD_HEADER - len(self._header)]
        self._header += taken
        if not _RECORD_BEGIN.startswith(self._header[: len(_RECORD_BEGIN)]):
            self._result = NOT_TLS
        elif len(self._header) == _RECORD_HEADER:
            self._left = self._header[3] << 8 | self._header[4]
            self._header = b""
            if not 0 < self._left <= _LARGEST_RECORD:  # an empty one carries no handshake (RFC 8446, section 5.1)
                self._result = NOT_TLS
        return len(taken)

    def _go_on(self, data: bytes, position: int) -> int:
        taken = data[position : position + self._left]
        self._message += taken
        self._left -= len(taken)
        self._result = self._judge()
        return len(taken)

    def _judge(self) -> ClientHello | Literal[_NotTls.NOT_TLS] | None:
        message = self._message
        if message[0] != _CLIENT_HELLO:
            return NOT_TLS
        if len(message) >= _MESSAGE_HEADER:
            length = _announced(message)
            if len(message) >= length:
                return parse_client_hello(bytes(message)) or NOT_TLS
            if length > self.max_bytes:
                return NOT_TLS
        return NOT_TLS if not self._left and not self._reassemble_records else None
