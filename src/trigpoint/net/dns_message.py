"""DNS messages, read and written whole (RFC 1035, section 4; EDNS of RFC 6891; negative answers of RFC 2308).

:func:`parse_query` and :func:`build_reply` are the fast path of a filter: they touch no more than the question.
:class:`Message` is the whole message, for servers. (:mod:`trigpoint.net.dns` reads the replies of an archive, of which
only a few facts are kept.) Input is hostile: every length is checked, a compression pointer must point backwards and
may be followed only so often (RFC 9267), and what cannot be read is None.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dns_names import after_name, name_text, read_name, wire_name
from trigpoint.net.dns_records import IN, OPT, Record, opt_record, read_record, record_wire

if TYPE_CHECKING:
    from collections.abc import Sequence

QR, AA, TC, RD, RA, AD, CD = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080, 0x0020, 0x0010
"""Bits of the header's flags (RFC 1035, section 4.1.1; RFC 4035, section 3): reply, authoritative, truncated,
recursion desired and available, authenticated data, checking disabled."""

NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
"""Response codes (RFC 1035, section 4.1.1)."""

_HEADER = struct.Struct("!6H")
_QUESTION = struct.Struct("!HH")
_RECORD = struct.Struct("!HHIH")  # type, class, TTL, length of data
_LONGEST_LABEL = 63  # octets; RFC 1035, section 2.3.4
_LONGEST_NAME = 255  # octets on the wire; RFC 1035, section 2.3.4
_LENGTH = struct.Struct("!H")
_OPCODE = 0x7800
_POINTER = 0xC0
_POINTER_TO_QUESTION = b"\xc0\x0c"
_OPT_NEXT = b"\x00\x00\x29"  # an OPT record where the question ends: root name, then the type
_LAST_POINTED = 0x3FFF  # a pointer has 14 bits
_MOST_WALKED = 64  # records passed over in search of an OPT record; a query has one to three
_LARGEST_MESSAGE = 65_535  # octets; RFC 1035, section 4.2.2


class Query(msgspec.Struct, frozen=True, gc=False):
    """The first question of a query."""

    id: int
    flags: int
    """All sixteen bits of the header's second word."""
    qname: str
    """Lower case, without the last dot; odd octets as ``\\.`` or ``\\DDD`` (RFC 1035, section 5.1). Root: empty."""
    wire_name: bytes
    """The name as sent, with its length octets, its case and the final zero; what is compressed, written out."""
    qtype: int
    qclass: int
    question_end: int
    """Offset of the first octet after the question."""
    has_edns: bool
    """Whether an OPT record follows (RFC 6891)."""
    is_compressed: bool = False
    """Whether a part of the name stands elsewhere in the message (RFC 1035, section 4.1.4)."""


class Question(msgspec.Struct, frozen=True, gc=False):
    """What is asked: a name in its own case, type and class."""

    name: str
    qtype: int
    qclass: int = IN


class Message(msgspec.Struct, frozen=True, gc=False):
    """A whole message."""

    id: int
    flags: int
    """All sixteen bits of the header's second word; the lowest four are the response code."""
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()

    @property
    def edns(self) -> Record | None:
        """The OPT record, if there is one."""
        return next((record for record in self.additional if record.rtype == OPT), None)

    @property
    def rcode(self) -> int:
        """Response code with the eight bits that EDNS adds (RFC 6891, section 6.1.3)."""
        extended = self.edns
        return self.flags & 0xF | (extended.ttl >> 24 << 4 if extended else 0)

    @property
    def udp_bytes(self) -> int:
        """Size of the largest UDP payload that the sender takes: at least 512 octets (RFC 6891, section 6.2.3)."""
        extended = self.edns
        return max(512, extended.rclass if extended else 0)


Answer = tuple[int, int, bytes]
"""Type, TTL in seconds and data of a record whose owner is the name in question."""


def parse_query(payload: bytes) -> Query | None:
    r"""Read the first question of a standard query; None for anything else.

    The name may be compressed. As it is the first of the message, a pointer can only lead into the header, where a zero
    octet ends the name.

    >>> parse_query(bytes.fromhex("000701000001000000000000") + b"\x02WW\x07example\x00\x00\x01\x00\x01").qname
    'ww.example'
    """
    if len(payload) < _HEADER.size:
        return None
    identity, flags, questions, answers, authorities, additional = _HEADER.unpack_from(payload)
    if flags & (QR | _OPCODE) or not questions:
        return None
    labels: list[bytes] = []
    position = 12
    is_compressed = False
    try:
        while length := payload[position]:
            if length > _LONGEST_LABEL:
                labels, after = read_name(payload, _HEADER.size)
                name, position, is_compressed = _wire(labels), after - 1, True
                break
            labels.append(payload[position + 1 : position + 1 + length])
            position += 1 + length
        else:
            name = payload[12 : position + 1]
        qtype, qclass = _QUESTION.unpack_from(payload, position + 1)
    except (IndexError, struct.error):
        return None
    if len(name) > _LONGEST_NAME:
        return None
    end = position + 5
    if not additional:
        has_edns = False
    elif payload[end : end + 3] == _OPT_NEXT and not answers and not authorities and questions == 1:
        has_edns = True
    else:
        has_edns = _has_opt(payload, end, questions - 1, answers + authorities + additional)
    return Query(identity, flags, name_text(labels).lower(), name, qtype, qclass, end, has_edns, is_compressed)


def _wire(labels: list[bytes]) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\x00"


def _has_opt(payload: bytes, position: int, questions: int, records: int) -> bool:
    try:
        for _ in range(min(questions, _MOST_WALKED)):
            position = after_name(payload, position) + _QUESTION.size
        for _ in range(min(records, _MOST_WALKED)):
            position = after_name(payload, position)
            rtype, _, _, length = _RECORD.unpack_from(payload, position)
            if rtype == OPT:
                return True
            position += _RECORD.size + length
    except (IndexError, struct.error):
        pass
    return False


def build_reply(
    query: bytes,
    answers: Sequence[Answer] = (),
    *,
    rcode: int = NOERROR,
    flags: int | None = None,
    authority: Sequence[Record] = (),
    copy_question: bool = True,
) -> bytes:
    """Answer a query octet for octet: same identity, same question in the same case, no EDNS.

    Args:
        query: payload of the query; an unreadable question is not copied.
        answers: records of the name in question.
        rcode: response code, 0 to 15.
        flags: all bits of the header's second word but the response code. Missing: a reply of a recursive server,
            with recursion desired as in the query.
        authority: records with owners of their own, such as the SOA of a negative answer (RFC 2308).
        copy_question: whether the question stands in the reply, as it must in a true one.

    Raises:
        ValueError: the query has no whole header, or there are answers but no readable question, or a record's name is
            none.
    """
    if len(query) < _HEADER.size:
        message = f"a DNS message begins with twelve octets, and this has {len(query)}"
        raise ValueError(message)
    asked = parse_query(query)
    if answers and asked is None:
        message = "a query without a readable question cannot have an answer"
        raise ValueError(message)
    is_copied = copy_question and asked is not None
    if flags is None:
        flags = QR | RA | (int.from_bytes(query[2:4], "big") & RD)
    out = [
        query[:2],
        _HEADER.pack(0, flags | rcode, int(is_copied), len(answers), len(authority), 0)[2:],
    ]
    if asked is not None:
        owner = _POINTER_TO_QUESTION if is_copied else asked.wire_name
        if is_copied:
            out.append(query[_HEADER.size : asked.question_end])
        out += [owner + _RECORD.pack(rtype, IN, ttl, len(data)) + data for rtype, ttl, data in answers]
    out += [record_wire(wire_name(record.name), record) for record in authority]
    return b"".join(out)


def parse_message(payload: bytes) -> Message | None:
    """Read a whole message; None where a part of it is cut off or impossible. Octets after its end are ignored."""
    if len(payload) < _HEADER.size:
        return None
    identity, flags, *counts = _HEADER.unpack_from(payload)
    position = _HEADER.size
    questions: list[Question] = []
    try:
        for _ in range(counts[0]):
            labels, position = read_name(payload, position)
            questions.append(Question(name_text(labels), *_QUESTION.unpack_from(payload, position)))
            position += _QUESTION.size
        sections = []
        for count in counts[1:]:
            section, position = _read_section(payload, position, count)
            sections.append(section)
    except (IndexError, struct.error):
        return None
    return Message(identity, flags, tuple(questions), *sections)


def _read_section(payload: bytes, position: int, count: int) -> tuple[tuple[Record, ...], int]:
    records = []
    for _ in range(count):
        record, position = read_record(payload, position)
        records.append(record)
    return tuple(records), position


def build_message(message: Message, limit: int = _LARGEST_MESSAGE) -> bytes:
    """Write a message, with the names of its owners compressed.

    A message larger than ``limit`` octets becomes its question and its OPT record, marked as truncated (RFC 2181,
    section 9; RFC 6891, section 7), so that the asker comes again over TCP.

    Raises:
        ValueError: a name is none.
    """
    built = _built(message)
    if len(built) <= limit:
        return built
    kept = tuple(record for record in message.additional if record.rtype == OPT)
    return _built(Message(message.id, message.flags | TC, message.questions, additional=kept))


def _built(message: Message) -> bytes:
    sections = (message.answers, message.authority, message.additional)
    counts = (len(message.questions), *map(len, sections))
    out = bytearray(_HEADER.pack(message.id, message.flags, *counts))
    seen: dict[bytes, int] = {}
    for question in message.questions:
        _append_name(out, seen, question.name)
        out += _QUESTION.pack(question.qtype, question.qclass)
    for section in sections:
        for record in section:
            _append_name(out, seen, record.name)
            out += record_wire(b"", record)
    return bytes(out)


def _append_name(out: bytearray, seen: dict[bytes, int], name: str) -> None:
    wire = wire_name(name)
    while wire[0]:
        if (offset := seen.get(wire)) is not None:
            out += _LENGTH.pack(_POINTER << 8 | offset)
            return
        if len(out) <= _LAST_POINTED:
            seen[wire] = len(out)
        length = 1 + wire[0]
        out += wire[:length]
        wire = wire[length:]
    out += b"\x00"


def reply_to(
    query: Message,
    answers: Sequence[Record] = (),
    *,
    rcode: int = NOERROR,
    flags: int = RA,
    authority: Sequence[Record] = (),
    additional: Sequence[Record] = (),
) -> Message:
    """Answer a query as a server does: its identity, question and RD; an OPT record if it has one (RFC 6891, 6.1.1).

    ``flags`` are added to QR and the query's RD, opcode and CD.
    """
    opt = () if query.edns is None else (opt_record(rcode=rcode),)
    word = QR | flags | (query.flags & (_OPCODE | RD | CD)) | (rcode & 0xF)
    return Message(query.id, word, query.questions, tuple(answers), tuple(authority), (*additional, *opt))


class StreamReader:
    """Cuts a stream into messages, each behind its length in two octets (RFC 1035, section 4.2.2; RFC 7766)."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take octets of the stream, give the messages that they complete."""
        self._held += data
        messages = []
        while len(self._held) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                break
            messages.append(bytes(self._held[_LENGTH.size : end]))
            del self._held[:end]
        return messages


def framed(message: bytes) -> bytes:
    """Put the length before a message, as a stream needs it.

    Raises:
        ValueError: more than 65,535 octets.
    """
    if len(message) > _LARGEST_MESSAGE:
        text = f"a DNS message has at most 65,535 octets, and this has {len(message)}"
        raise ValueError(text)
    return _LENGTH.pack(len(message)) + message
