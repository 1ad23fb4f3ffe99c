"""Steps: one network act inside a measurement. This is the **closed set**.

Every step carries the same first fields (:class:`StepKey`), so that any two steps of a measurement can be joined
exactly: on the transaction where the recorder kept one, on address, port and hop where it did not. Fields are
flat; what is a list (DNS answers, certificates) is a record of its own, the last field of the step.

Steps can be made by position: a reader makes millions of them, and by name each costs seven times as much. That is why
every field after the first that may be missing has a default, those too that a reader always gives.

``None`` means *not recorded* and nothing else. Times are seconds since the measurement began, as the probe's own
monotonic clock gave them. The meaning of the raw fields: OONI data formats df-001 (HTTP), df-002 (DNS), df-005
(TCP), df-006 (TLS), df-008 (network events), df-009 (QUIC).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec


class Vantage(StrEnum):
    """Where a step was made."""

    PROBE = "probe"
    CONTROL = "control"


class StepKey(msgspec.Struct, frozen=True, gc=False):
    """What every step has, in this order, before its own fields."""

    step: int
    """Number of the step inside its measurement, counted from 0 in reading order over all kinds."""
    pointer: str
    """JSON pointer (RFC 6901) from the raw record's root to what this step was read from."""
    vantage: str
    """:class:`Vantage`: ``probe`` (inside) or ``control`` (outside, the test helper)."""
    hop: int | None = None
    """Redirect depth: 0 for the measured input, 1 for where it redirected to. Missing: no redirect chain applies."""
    transaction: int | None = None
    """The recorder's number that joins the steps of one connection. Missing: the recorder kept none."""
    started: float | None = None
    """Start, seconds since the measurement began. Missing: not recorded."""
    ended: float | None = None
    """End, seconds since the measurement began. Missing: not recorded."""
    tags: str | None = None
    """The recorder's tags, sorted, separated by one space. ``service=NAME`` and ``arm=NAME`` are ours: the part of a
    nettest with several targets or arms that this step belongs to; so is ``as_expected``: the recorder keeps nothing
    of an answer that is the one it expects. Missing: no tags."""
    failure: str | None = None
    """Failure string of :mod:`trigpoint.model.failure`. Missing: the step succeeded (every step has an outcome)."""


class DnsAnswer(msgspec.Struct, frozen=True, gc=False):
    """One resource record of a DNS reply."""

    number: int
    """Position in the reply, from 0."""
    answer_type: str
    """Record type: ``A``, ``AAAA``, ``CNAME``, ..."""
    address: str | None = None
    """IPv4 or IPv6 address in canonical text form. Missing: not an address record."""
    name: str | None = None
    """Host name (A-label) of a CNAME, NS or PTR record. Missing: not a name record."""
    ttl_seconds: int | None = None
    """Time to live, seconds. Missing: the resolver interface hides it."""
    annotated_asn: int | None = None
    """AS number of the address as the recorder annotated it. Missing: not annotated."""
    annotated_as_name: str | None = None
    """Name of that AS as annotated. Missing: not annotated."""
    shared: str | None = None
    """What the recorder found the address to have in common with those that control resolvers gave: ``address``,
    ``certificate``, ``page``, ``network``, sorted, separated by one space; empty: nothing. Missing: not compared."""


class DnsLookup(StepKey, frozen=True, gc=False):
    """One question to one resolver, and its reply."""

    hostname: str = ""
    """Name asked for, as an A-label in lower case, without a trailing dot."""
    query_type: str | None = None
    """``A``, ``AAAA``, ``ANY`` (the system resolver, which asks for both), ... Missing: not recorded."""
    engine: str | None = None
    """How it was asked: ``getaddrinfo`` or ``system``, ``udp``, ``tcp``, ``dot``, ``doh``, ... Missing: unknown."""
    resolver_address: str | None = None
    """Resolver's address with port, or DoH URL. A private address is ``private`` (R10). Missing: the system's."""
    resolver_asn: int | None = None
    """AS number of the resolver. Missing: unknown."""
    rcode: int | None = None
    """DNS response code (RFC 1035, section 4.1.1). Missing: the raw response was not recorded."""
    has_soa: bool | None = None
    """Whether the authority section holds an SOA record, as a true NXDOMAIN has (RFC 2308). Missing: as above."""
    is_authoritative: bool | None = None
    """The AA flag. Missing: as above."""
    answer_count: int = 0
    """Number of records kept in ``answers``."""
    answers: tuple[DnsAnswer, ...] = ()
    """Every answer, in the order of the reply."""


class TcpConnect(StepKey, frozen=True, gc=False):
    """One attempt to open a TCP connection."""

    address: str = ""
    """IPv4 or IPv6 address in canonical text form."""
    port: int = 0
    """Port, 0 to 65535."""
    annotated_asn: int | None = None
    """AS number of the address as the recorder annotated it anywhere in the record. Missing: not annotated."""


class Handshake(StepKey, frozen=True, gc=False):
    """What a TLS handshake has whatever carries it."""

    address: str | None = None
    """Peer's address in canonical text form. Missing: not recorded."""
    port: int | None = None
    """Peer's port. Missing: not recorded."""
    server_name: str | None = None
    """SNI sent (RFC 6066), as an A-label. Missing: none sent or not recorded."""
    version: str | None = None
    """Protocol version negotiated, such as ``TLSv1.3``. Missing: the handshake did not get so far."""
    cipher_suite: str | None = None
    """Cipher suite negotiated. Missing: as above."""
    alpn: str | None = None
    """Application protocol negotiated (RFC 7301). Missing: none."""
    is_verified: bool | None = None
    """Whether the probe checked the chain against the name at all. Missing: not recorded."""
    read_count: int | None = None
    """Read operations during the handshake. Missing: no network events recorded for it."""
    read_bytes: int | None = None
    """Bytes read during the handshake. Missing: as above."""
    written_bytes: int | None = None
    """Bytes written during the handshake. Missing: as above."""
    last_operation: str | None = None
    """Last network operation before the end, such as ``read_1`` or ``write_1``. Missing: as above."""
    certificate_chain: str | None = None
    """SHA-256 fingerprints (hex) of the chain as sent, leaf first, separated by one space; rows of ``certificates``.
    Missing: no certificate received or recorded."""
    annotated_asn: int | None = None
    """AS number of the address as the recorder annotated it anywhere in the record. Missing: not annotated."""


class TlsHandshake(Handshake, frozen=True, gc=False):
    """One TLS handshake over TCP."""

    ech: str | None = None
    """Encrypted ClientHello as recorded: ``GREASE`` or ``config``. Missing: none sent or not recorded."""
    outer_server_name: str | None = None
    """SNI of the outer ClientHello where ECH was used. Missing: no ECH."""


class QuicHandshake(Handshake, frozen=True, gc=False):
    """One QUIC handshake (RFC 9001)."""


class HttpRoundTrip(StepKey, frozen=True, gc=False):
    """One HTTP request and its response."""

    url: str = ""
    """URL requested, host as an A-label."""
    scheme: str | None = None
    """``http`` or ``https``. Missing: the URL cannot be parsed."""
    host: str | None = None
    """Host of the URL as an A-label or address. Missing: as above."""
    port: int | None = None
    """Port of the URL, or the scheme's default. Missing: as above."""
    host_header: str | None = None
    """``Host`` sent, where it differs from the URL's host. Missing: the same."""
    method: str | None = None
    """Request method. Missing: not recorded."""
    address: str | None = None
    """Peer's address. Missing: not recorded (older probes)."""
    alpn: str | None = None
    """Protocol of the connection: ``h2``, ``h3``, ``http/1.1``. Missing: not recorded."""
    status: int | None = None
    """Status code (RFC 9110). Missing: no response."""
    headers: str | None = None
    """Response headers, one ``Name: value`` a line, in the recorded order. Missing: no response."""
    location: str | None = None
    """``Location`` header. Missing: none."""
    title: str | None = None
    """Text of the first ``title`` element, blanks collapsed, 256 characters at most. Missing: none."""
    body_bytes: int | None = None
    """Length of the body as recorded (for the control: as it reported). Missing: no body recorded."""
    body_sha256: str | None = None
    """SHA-256 (hex) of the body as recorded, a row of ``bodies``. Missing: no body recorded."""
    body_is_truncated: bool | None = None
    """Whether the recorder cut the body off. Missing: not recorded."""


class Datagram(StepKey, frozen=True, gc=False):
    """One exchange of bytes outside the protocols above: STUN, QUIC version probe, echo of a raw request."""

    protocol: str = ""
    """What was spoken: ``stun``, ``quicping``, ``icmp``, ``http_line``, ``openvpn``, ``transfer`` (a page
    of which only the bytes over time are of interest), ... ``trace`` is a datagram that could live for as many hops as
    the tag ``ttl=N`` says."""
    address: str | None = None
    """Peer's address or name. Missing: not recorded."""
    port: int | None = None
    """Peer's port. Missing: not recorded."""
    sent_bytes: int | None = None
    """Bytes sent. Missing: not recorded."""
    received_bytes: int | None = None
    """Bytes received. Missing: not recorded."""
    is_echo: bool | None = None
    """Whether what came back is what was sent, where an echo was expected. Missing: no echo expected."""
    received_rate: float | None = None
    """Bytes a second in the second half of a transfer, after its beginning. Missing: not recorded, or at once."""
    is_stopped: bool | None = None
    """Whether a transfer fell silent before its end. Missing: not recorded."""


Step: TypeAlias = DnsLookup | TcpConnect | TlsHandshake | QuicHandshake | HttpRoundTrip | Datagram
"""The closed set; match over it ends with ``assert_never``."""


class Certificate(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One X.509 certificate (RFC 5280), kept once for each distinct DER."""

    sha256: str
    """SHA-256 of the DER, hex."""
    subject: str | None = None
    """Subject, RFC 4514 text. Missing: the DER cannot be parsed."""
    issuer: str | None = None
    """Issuer, RFC 4514 text. Missing: as above."""
    names: str | None = None
    """DNS names and addresses of the subject alternative names, separated by one space. Missing: none, or as above."""
    not_before: float | None = None
    """Start of validity, seconds since 1970-01-01 UTC. Missing: as above."""
    not_after: float | None = None
    """End of validity, seconds since 1970-01-01 UTC. Missing: as above."""
    key_sha256: str | None = None
    """SHA-256 of the SubjectPublicKeyInfo, hex. Missing: as above."""
    der: bytes
    """The certificate as received."""


class Body(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One response body, kept once for each distinct content. Never published (R10)."""

    sha256: str
    """SHA-256 of the whole body, hex."""
    body_bytes: int
    """Length of the whole body, bytes."""
    content: bytes
    """The first 64 KiB."""
