"""What Go's network errors say: in which stage a try failed, and how, as a failure string of OONI's df-007.

Censored Planet records the errors of Go's ``net`` and ``net/http`` as they are. The stages follow its own
classification (``docs/outcome.md`` of censoredplanet-analysis). Addresses and ports are left out: each port would be a
new string.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from trigpoint.archive.ooni.values import UNKNOWN_FAILURE


class Stage(StrEnum):
    """How far a try came."""

    DIAL = "dial"
    """Connecting, or even before."""
    TLS = "tls"
    """The TLS handshake, or, over HTTPS, not known to be after it."""
    READ = "read"
    """Sending the request or reading the answer."""


class Error(msgspec.Struct, frozen=True):
    """One error."""

    stage: Stage
    """Where."""
    failure: str
    """How."""


_PLACE = re.compile(
    r"^(?:Get \"?https?://\S*?: |Head \"?https?://\S*?: )|\b(?:read|write|dial|close) (?:tcp|udp)[46]? \S+: "
)
_LONGEST = 200
_FAILURES = (
    ("reset by peer", "connection_reset"),
    ("connection refused", "connection_refused"),
    ("no route to host", "host_unreachable"),
    ("network is unreachable", "network_unreachable"),
    ("address already in use", "address_in_use"),
    ("cannot assign requested address", "address_not_available"),
    ("too many open files", "no_buffer_space"),
    ("no buffer space", "no_buffer_space"),
    ("protocol not available", "no_protocol_option"),
    ("protocol error", "protocol_not_supported"),
    ("endpoint is not connected", "not_connected"),
    ("broken pipe", "broken_pipe"),
    ("deadline exceeded", "generic_timeout_error"),
    ("timed ou", "generic_timeout_error"),  # some records were cut off
    ("timeout", "generic_timeout_error"),
    ("request canceled", "generic_timeout_error"),
    ("server closed idle connection", "eof_error"),
    ("unexpected eof", "eof_error"),
    ("eof", "eof_error"),
)
_BEFORE_CONNECTED = re.compile(
    r"\bdial (?:tcp|udp)|connect:|getsockopt:|\bsocket:|\bbind:|fcntl:|^connection reset by peer|^connection refused"
    r"|^address already in use|^no route to host|^network is unreachable|^too many open files|^protocol not available"
    r"|^context deadline exceeded"
)
_IN_HANDSHAKE = re.compile(r"tls:|TLS handshake|remote error:|local error:|x509:|no mutual cipher|ServerKeyExchange")
_AFTER_HANDSHAKE = re.compile(
    r"request canceled \(|malformed|bad Content-Length|Location header|trailer header|unexpected EOF|idle connection"
)


def error_of(text: str, *, is_encrypted: bool) -> Error:
    """Read one error message.

    >>> error_of("read tcp 192.0.2.1:38547->198.51.100.9:9: i/o timeout", is_encrypted=False)
    Error(stage=<Stage.READ: 'read'>, failure='generic_timeout_error')
    >>> error_of(
    ...     "Get https://198.51.100.9: read tcp 192.0.2.1:3->198.51.100.9:443: read: connection reset by peer",
    ...     is_encrypted=True,
    ... )
    Error(stage=<Stage.TLS: 'tls'>, failure='connection_reset')
    """
    return Error(_stage(text, is_encrypted=is_encrypted), failure_of_message(text))


def failure_of_message(text: str) -> str:
    """Write how it failed, without saying where.

    >>> failure_of_message("Get https://198.51.100.9: remote error: tls: handshake failure")
    'unknown_failure: remote error: tls: handshake failure'
    """
    message = _PLACE.sub("", text).strip()
    if not message:
        return UNKNOWN_FAILURE
    lower = message.lower()
    known = next((failure for part, failure in _FAILURES if part in lower), None)
    return f"{UNKNOWN_FAILURE}: {message}"[:_LONGEST] if known is None or "malformed" in lower else known


def _stage(text: str, *, is_encrypted: bool) -> Stage:
    if _BEFORE_CONNECTED.search(text) or ("waiting for connection" in text and not is_encrypted):
        return Stage.DIAL
    if not is_encrypted or (_AFTER_HANDSHAKE.search(text) and not _IN_HANDSHAKE.search(text)):
        return Stage.READ
    return Stage.TLS
