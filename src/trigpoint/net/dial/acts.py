"""What is written down of each network act: the facts of OONI's data formats, before they are JSON.

Names of fields are those of the formats (``ooni/spec``: df-001 HTTP, df-002 DNS, df-005 TCP, df-006 TLS, df-008 network
events, df-009 QUIC), because that is what a record is written in. Times are seconds since the diary was begun.
"""

from __future__ import annotations

import msgspec


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What every act has."""

    t0: float
    """Start, seconds since the diary was begun."""
    t: float
    """End, likewise."""
    failure: str | None = None
    """Failure string of :mod:`trigpoint.model.failure`. None: it succeeded."""
    transaction_id: int
    """Joins the acts of one connection; counted from 1 in each diary."""
    tags: tuple[str, ...] = ()
    """What it belongs to, such as ``depth=0``."""


class NetworkEvent(Act, frozen=True, kw_only=True):
    """One read, write or change of state (df-008)."""

    operation: str
    """``connect``, ``read``, ``write``, ``read_from``, ``write_to``, ``tls_handshake_start``, ``..._done``, ..."""
    address: str | None = None
    """Peer with port, IPv6 in brackets. None: no single peer."""
    proto: str | None = None
    """``tcp`` or ``udp``. None: neither."""
    num_bytes: int | None = None
    """Bytes moved. None: the operation moves none."""


class Answer(msgspec.Struct, frozen=True):
    """One resource record of a reply."""

    answer_type: str
    """``A``, ``AAAA``, ``CNAME``, ..."""
    value: str
    """Address in canonical text, or name as an A-label."""
    ttl: int | None = None
    """Seconds. None: the resolver interface hides it."""


class Lookup(Act, frozen=True, kw_only=True):
    """One question to one resolver and one reply (df-002). Later replies to it are lookups of their own."""

    engine: str
    """``getaddrinfo``, ``udp``, ``tcp``, ``dot``, ``doh``."""
    hostname: str
    """Name asked for, as an A-label."""
    query_type: str
    """``A``, ``AAAA``, ``ANY`` (the system's resolver), ``TXT``, ..."""
    resolver_address: str
    """Address with port, or URL of DoH. Empty: the system's."""
    answers: tuple[Answer, ...] = ()
    """In the order of the reply."""
    rcode: int | None = None
    """Response code. None: no reply that could be read."""
    raw_response: bytes | None = None
    """The reply as received. None: none, or the interface hides it."""
    is_late: bool = False
    """Whether another reply to the same question came before."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of the answers."""
        return tuple(answer.value for answer in self.answers if answer.answer_type in {"A", "AAAA"})


class Connect(Act, frozen=True, kw_only=True):
    """One attempt to open a TCP connection (df-005)."""

    ip: str
    """Address in canonical text."""
    port: int


class Hop(Act, frozen=True, kw_only=True):
    """One datagram with a limited life, and who answered it (:mod:`trigpoint.net.dial.route`)."""

    ip: str
    """Address in canonical text of the host that it was for."""
    port: int
    ttl: int
    """Hops that it could live for."""


class Handshake(Act, frozen=True, kw_only=True):
    """One TLS handshake over TCP (df-006) or QUIC handshake (df-009)."""

    network: str
    """``tcp`` or ``udp``."""
    address: str
    """Peer with port, IPv6 in brackets."""
    server_name: str
    """SNI sent. Empty: none."""
    tls_version: str = ""
    """Such as ``TLSv1.3``. Empty: it did not get so far."""
    cipher_suite: str = ""
    """Such as ``TLS_AES_128_GCM_SHA256``. Empty: as above."""
    negotiated_protocol: str = ""
    """ALPN agreed upon. Empty: none."""
    no_tls_verify: bool = False
    """Whether the chain was *not* judged."""
    peer_certificates: tuple[bytes, ...] = ()
    """DER as sent, leaf first, whatever became of the handshake."""
    ech: str = ""
    """``GREASE``: an ECH extension without a key was sent (ts-039). Empty: none."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a web server."""

    url: str
    """Absolute, host as an A-label."""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    """In the order, and with the letters, in which they are sent, ``Host`` among them."""
    body: bytes = b""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What a web server answered, as far as it came."""

    code: int
    headers: tuple[tuple[str, str], ...] = ()
    """As received, in order; bytes that are no ASCII as Latin-1."""
    body: bytes = b""
    """Decoded from the transfer coding, not from the content coding; at most what the caller allowed."""
    body_is_truncated: bool = False
    """Whether there was more: cut off by the caller's limit, or by the failure."""


class RoundTrip(Act, frozen=True, kw_only=True):
    """One HTTP request and its response (df-001)."""

    network: str
    """``tcp`` or ``udp``."""
    address: str
    """Peer with port, IPv6 in brackets."""
    alpn: str
    """``h2``, ``h3``, ``http/1.1``. Empty: none was negotiated."""
    request: Request
    response: Response | None = None
    """None: not even a status line came."""
