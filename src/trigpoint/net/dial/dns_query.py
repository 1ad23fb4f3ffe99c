"""A question of DNS on its way: its octets, and what a reply to it says (RFC 1035; EDNS of RFC 6891; df-002)."""

from __future__ import annotations

import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from trigpoint.net.dial.acts import Answer, Lookup
from trigpoint.net.dns_message import (
    CD,
    NOERROR,
    NXDOMAIN,
    QR,
    RD,
    REFUSED,
    SERVFAIL,
    TC,
    Message,
    Question,
    build_message,
    parse_message,
)
from trigpoint.net.dns_names import wire_name
from trigpoint.net.dns_records import (
    AAAA,
    CNAME,
    HTTPS,
    MX,
    NS,
    PTR,
    SOA,
    TXT,
    A,
    Record,
    address_of,
    opt_record,
    soa_of,
    target_of,
    texts_of,
)
from trigpoint.net.names import a_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.net.dial.diary import Trace

TIMEOUT = "generic_timeout_error"
"""Nobody answered before our own timer ended."""
NO_NAME = "invalid_url"
"""The name cannot be asked for: a label is empty or too long. Nothing was sent."""
WRONG_REPLY = "dns_reply_with_wrong_query_id"
"""What came answers another question: another identity, or another name or type."""
UNREADABLE = "unknown_failure: dns: the reply cannot be read"
"""What came is no DNS message."""
TRUNCATED = "unknown_failure: dns: the reply is truncated"
"""The reply says that the answer is longer than a datagram (TC), and holds none of it."""

_TYPES: Mapping[str, int] = MappingProxyType(
    {
        "A": A,
        "NS": NS,
        "CNAME": CNAME,
        "SOA": SOA,
        "PTR": PTR,
        "MX": MX,
        "TXT": TXT,
        "AAAA": AAAA,
        "HTTPS": HTTPS,
        "ANY": 255,
    }
)
_NAMES = {number: name for name, number in _TYPES.items()}
_FAILURES = {  # as ooni/probe-cli maps response codes (netxlite, the decoder of DNS replies)
    NXDOMAIN: "dns_nxdomain_error",
    REFUSED: "dns_refused_error",
    SERVFAIL: "dns_servfail_error",
}
_OTHER = "dns_server_misbehaving"  # any other response code, there too
_HEADER_BYTES = 12
_PADDING = 12  # the option's code (RFC 7830)
_BLOCK_BYTES = 128  # queries are padded to a multiple of it (RFC 8467, section 4.1)
_OPTION_BYTES = 4  # an option's code and length


class Query(msgspec.Struct, frozen=True):
    """One question to one resolver, and its octets."""

    engine: str
    """As :attr:`Lookup.engine`."""
    resolver_address: str
    """As :attr:`Lookup.resolver_address`."""
    hostname: str
    """As an A-label."""
    query_type: str
    wire: bytes = b""
    """The message that is sent. Empty: the name is none, or the engine writes it itself."""

    def mismatch(self, reply: bytes) -> str | None:
        """Say why a message is no reply to this question; None if it is one."""
        if len(reply) < _HEADER_BYTES or not reply[2] & QR >> 8:
            return UNREADABLE
        if reply[:2] != self.wire[:2]:
            return WRONG_REPLY
        message, asked = parse_message(reply), parse_message(self.wire)
        if message is None or asked is None:
            return UNREADABLE
        # A server that cannot read the question, or refuses at once, may leave it out (RFC 9619 says: at most one).
        is_silent = not message.questions and message.rcode != NOERROR
        return None if is_silent or _questions(message) == _questions(asked) else WRONG_REPLY

    def replied(self, trace: Trace, t0: float, reply: bytes, *, is_late: bool = False) -> Lookup:
        """Write down what a reply says."""
        message = parse_message(reply)
        if message is None:
            return self.failed(trace, t0, UNREADABLE, reply)
        answers = tuple(filter(None, map(_answer, message.answers)))
        return trace.note(
            Lookup,
            t0,
            self._failure(message, answers),
            **self._fields(),
            answers=answers,
            rcode=message.rcode,
            raw_response=reply,
            is_late=is_late,
        )

    def failed(self, trace: Trace, t0: float, failure: str, reply: bytes | None = None) -> Lookup:
        """Write down that there was no reply, or none that can be used."""
        return trace.note(Lookup, t0, failure, **self._fields(), raw_response=reply)

    def answered(self, trace: Trace, t0: float, answers: tuple[Answer, ...]) -> Lookup:
        """Write down answers whose message is hidden."""
        return trace.note(Lookup, t0, None if answers else "dns_no_answer", **self._fields(), answers=answers)

    def _fields(self) -> dict[str, str]:
        return {
            "engine": self.engine,
            "resolver_address": self.resolver_address,
            "hostname": self.hostname,
            "query_type": self.query_type,
        }

    def _failure(self, message: Message, answers: tuple[Answer, ...]) -> str | None:
        if message.rcode != NOERROR:
            return _FAILURES.get(message.rcode, _OTHER)
        if self.query_type == "ANY" or any(answer.answer_type == self.query_type for answer in answers):
            return None if message.answers else "dns_no_answer"
        return TRUNCATED if message.flags & TC else "dns_no_answer"


def is_name(hostname: str) -> bool:
    """Tell whether a question can be asked about a name."""
    try:
        return bool(hostname) and bool(wire_name(hostname))
    except ValueError:
        return False


def query_wire(
    hostname: str,
    query_type: str,
    *,
    is_checking_disabled: bool = False,
    is_recursive: bool = True,
    is_padded: bool = False,
) -> bytes:
    """Write a question as a stub resolver does: one name, recursion desired, EDNS of 1,232 octets.

    Args:
        hostname: an A-label.
        query_type: ``A``, ``AAAA``, ... or ``TYPE65`` (RFC 3597).
        is_checking_disabled: asks the resolver not to hold back what DNSSEC proves wrong (CD; RFC 4035, section 3.2.2).
        is_recursive: desires recursion (RD; RFC 1035, section 4.1.1).
        is_padded: to a multiple of 128 octets, for encrypted transports (RFC 8467).

    Returns:
        The message, with a random identity; empty where the name is none.

    Raises:
        ValueError: the type is none.

    """
    rtype = type_number(query_type)
    if not is_name(hostname):
        return b""
    flags = (RD if is_recursive else 0) | (CD if is_checking_disabled else 0)
    message = Message(secrets.randbelow(1 << 16), flags, (Question(hostname, rtype),), additional=(opt_record(),))
    wire = build_message(message)
    if is_padded:
        zeros = -(len(wire) + _OPTION_BYTES) % _BLOCK_BYTES
        option = _PADDING.to_bytes(2, "big") + zeros.to_bytes(2, "big") + bytes(zeros)
        wire = build_message(msgspec.structs.replace(message, additional=(opt_record(options=option),)))
    return wire


def type_number(query_type: str) -> int:
    """Give the number of a type.

    >>> type_number("AAAA"), type_number("TYPE64")
    (28, 64)

    Raises:
        ValueError: there is none.

    """
    number = _TYPES.get(query_type)
    if number is not None:
        return number
    digits = query_type.removeprefix("TYPE")
    if digits != query_type and digits.isascii() and digits.isdigit() and int(digits) < 1 << 16:
        return int(digits)
    message = f"{query_type!r} is no type of DNS records"
    raise ValueError(message)


def is_truncated(lookup: Lookup) -> bool:
    """Tell whether a reply says that there is more of it over TCP (TC; RFC 7766, section 5)."""
    raw = lookup.raw_response
    return raw is not None and len(raw) > 2 and bool(raw[2] & TC >> 8)  # noqa: PLR2004 - octet of the flags


def _questions(message: Message) -> list[tuple[str, int, int]]:
    return [(question.name.lower(), question.qtype, question.qclass) for question in message.questions]


def _answer(record: Record) -> Answer | None:
    """Read a record of the types that a record of a measurement can hold; the raw reply keeps the others."""
    name = _NAMES.get(record.rtype)
    soa = soa_of(record)
    target = target_of(record) if soa is None else soa.primary
    value = address_of(record) or (None if target is None else a_label(target))
    if record.rtype == TXT:
        value = b"".join(texts_of(record)).decode("latin-1")
    return None if name is None or value is None else Answer(name, value, record.ttl)
