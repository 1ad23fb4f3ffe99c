"""Failure strings: how a step failed, as a value.

The strings are OONI's (data format df-007 of ``ooni/spec``, and the ``netxlite`` error names that ooni/probe-cli
writes since 3.9), because every archive of the field uses them. Three generations of programs wrote different
strings for the same thing; :func:`kind` gives the one meaning that rules read.

>>> kind("connection_reset_by_peer"), kind("unknown_failure: read tcp 10.0.0.1:1->10.0.0.2:2: connection reset by peer")
(<Kind.RESET: 'reset'>, <Kind.RESET: 'reset'>)
>>> kind(None) is None
True
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """What a failure string means, whoever wrote it."""

    RESET = "reset"
    """The peer, or somebody in its name, sent RST."""
    CLOSE = "close"
    """The connection ended cleanly (FIN) before an answer."""
    REFUSED = "refused"
    """RST in answer to the SYN."""
    TIMEOUT = "timeout"
    """A timer expired."""
    UNREACHABLE = "unreachable"
    """The host or network is unreachable: no route, or an ICMP message."""
    NXDOMAIN = "nxdomain"
    """The resolver said that the name does not exist."""
    NO_ANSWER = "no_answer"
    """The resolver answered without an address (no record of the type)."""
    DNS_REFUSED = "dns_refused"
    """The resolver refused."""
    SERVFAIL = "servfail"
    """The resolver failed."""
    DNS_BOGON = "dns_bogon"
    """The probe itself rejected an answer as not globally routable."""
    DNS_OTHER = "dns_other"
    """Name resolution failed and the interface does not say how (F25: the code is hidden)."""
    BAD_CERTIFICATE = "bad_certificate"
    """Expired, not yet valid, or otherwise not acceptable."""
    WRONG_NAME = "wrong_name"
    """The certificate is for other names."""
    UNKNOWN_AUTHORITY = "unknown_authority"
    """No known authority vouches for the certificate."""
    TLS_ALERT = "tls_alert"
    """A TLS peer spoke and refused: an alert, or no common parameters."""
    TLS_OTHER = "tls_other"
    """What came back is not TLS, or TLS failed in another way."""
    HTTP_OTHER = "http_other"
    """HTTP was spoken and failed: a malformed answer, an unusable redirect, too many redirects."""
    LOCAL = "local"
    """The probe's own machine: permission, no such protocol, no buffers, interrupted."""
    PROXY = "proxy"
    """A SOCKS proxy reported it."""
    INPUT = "input"
    """The input cannot be measured: bad URL, unsupported scheme."""
    OTHER = "other"
    """Not known."""


class Failure(msgspec.Struct, frozen=True):
    """One failure string."""

    string: str
    """As it stands in records."""
    kind: Kind
    """What it means."""
    source: str
    """Who writes it and where that is documented."""


_PE = "ooni/probe-cli netxlite errno names; ooni/spec df-007 (PE)"
_MK = "Measurement Kit; ooni/spec df-007 (MK)"
_PL = "ooni/probe-legacy, a Twisted or txsocksx exception; ooni/spec df-007 (PL)"

_FAILURES = (
    Failure("connection_reset", Kind.RESET, _PE),
    Failure("connection_reset_by_peer", Kind.RESET, _MK),
    Failure("connection_lost_error", Kind.RESET, _PL),
    Failure("connection_aborted", Kind.RESET, _PE),
    Failure("eof_error", Kind.CLOSE, _PE),
    Failure("connection_done", Kind.CLOSE, _PL),
    Failure("connection_already_closed", Kind.CLOSE, _PE),
    Failure("response_never_received", Kind.CLOSE, _PL),
    Failure("broken_pipe", Kind.CLOSE, _MK),
    Failure("connection_refused", Kind.REFUSED, _PE),
    Failure("connection_refused_error", Kind.REFUSED, _PL),
    Failure("connect_error", Kind.OTHER, _PL),
    Failure("generic_timeout_error", Kind.TIMEOUT, _PE),
    Failure("timed_out", Kind.TIMEOUT, _PE),
    Failure("tcp_timed_out_error", Kind.TIMEOUT, _PL),
    Failure("deferred_timeout_error", Kind.TIMEOUT, _PL),
    Failure("task_timed_out", Kind.TIMEOUT, _PL),
    Failure("host_unreachable", Kind.UNREACHABLE, _PE),
    Failure("network_unreachable", Kind.UNREACHABLE, _PE),
    Failure("network_down", Kind.UNREACHABLE, _PE),
    Failure("network_reset", Kind.UNREACHABLE, _PE),
    Failure("dns_nxdomain_error", Kind.NXDOMAIN, _PE),
    Failure("dns_name_error", Kind.NXDOMAIN, _PL),
    Failure("dns_non_existent_domain", Kind.NXDOMAIN, _MK),
    Failure("dns_no_answer", Kind.NO_ANSWER, _PE),
    Failure("dns_refused_error", Kind.DNS_REFUSED, _PE),
    Failure("dns_servfail_error", Kind.SERVFAIL, _PE),
    Failure("dns_server_misbehaving", Kind.SERVFAIL, _PE),
    Failure("dns_temporary_failure", Kind.SERVFAIL, _PE),
    Failure("dns_name_failure", Kind.SERVFAIL, _PL),
    Failure("dns_bogon_error", Kind.DNS_BOGON, _PE),
    Failure("dns_lookup_error", Kind.DNS_OTHER, _PL),
    Failure("dns_non_recoverable_failure", Kind.DNS_OTHER, _PE),
    Failure("android_dns_cache_no_data", Kind.DNS_OTHER, _PE),
    Failure("dns_reply_with_wrong_query_id", Kind.DNS_OTHER, _PE),
    Failure("ssl_invalid_certificate", Kind.BAD_CERTIFICATE, _PE),
    Failure("ssl_invalid_hostname", Kind.WRONG_NAME, _PE),
    Failure("ssl_unknown_authority", Kind.UNKNOWN_AUTHORITY, _PE),
    Failure("ssl_unknown_autority", Kind.UNKNOWN_AUTHORITY, "ooni/spec df-007, as misspelt there"),
    Failure("ssl_failed_handshake", Kind.TLS_OTHER, _PE),
    Failure("ssl_error", Kind.TLS_OTHER, _MK),
    Failure("quic_incompatible_version", Kind.TLS_OTHER, _PE),
    Failure("http_unexpected_redirect_url", Kind.HTTP_OTHER, _PE),
    Failure("http_request_failed", Kind.HTTP_OTHER, _PE),
    Failure("http_unexpected_status_code", Kind.HTTP_OTHER, _PE),
    Failure("http_invalid_redirect_location_host", Kind.HTTP_OTHER, _PE),
    Failure("http_invalid_redirect_url", Kind.HTTP_OTHER, _PE),
    Failure("http_too_many_redirects", Kind.HTTP_OTHER, _PE),
    Failure("json_parse_error", Kind.HTTP_OTHER, _PE),
    Failure("parse_error", Kind.HTTP_OTHER, _MK),
    Failure("address_family_not_supported", Kind.LOCAL, _PE),
    Failure("address_family_not_supported_error", Kind.LOCAL, _PL),
    Failure("address_in_use", Kind.LOCAL, _PE),
    Failure("address_not_available", Kind.LOCAL, _PE),
    Failure("interrupted", Kind.LOCAL, _PE),
    Failure("operation_canceled", Kind.LOCAL, _PE),
    Failure("permission_denied", Kind.LOCAL, _PE),
    Failure("no_buffer_space", Kind.LOCAL, _PE),
    Failure("not_connected", Kind.LOCAL, _PE),
    Failure("protocol_not_supported", Kind.LOCAL, _PE),
    Failure("wrong_protocol_type", Kind.LOCAL, _PE),
    Failure("message_size", Kind.LOCAL, _PE),
    Failure("bad_file_descriptor", Kind.LOCAL, _PE),
    Failure("bad_address", Kind.LOCAL, _PE),
    Failure("operation_would_block", Kind.LOCAL, _PE),
    Failure("invalid_argument", Kind.LOCAL, _PE),
    Failure("no_protocol_option", Kind.LOCAL, _PE),
    Failure("destination_address_required", Kind.LOCAL, _PE),
    Failure("host_lookup_error", Kind.DNS_OTHER, _MK),
    Failure("hostname_lookup_error", Kind.DNS_OTHER, _MK),
    Failure("socks_error", Kind.PROXY, _PL),
    Failure("socks_address_not_supported", Kind.PROXY, _PL),
    Failure("socks_command_not_supported", Kind.PROXY, _PL),
    Failure("socks_connection_not_allowed", Kind.PROXY, _PL),
    Failure("socks_connection_refused", Kind.PROXY, _PL),
    Failure("socks_host_unreachable", Kind.PROXY, _PL),
    Failure("socks_network_unreachable", Kind.PROXY, _PL),
    Failure("socks_server_failure", Kind.PROXY, _PL),
    Failure("socks_ttl_expired", Kind.PROXY, _PL),
    Failure("invalid_url", Kind.INPUT, _PE),
    Failure("unsupported_url_scheme", Kind.INPUT, _PE),
)

FAILURES: Mapping[str, Failure] = MappingProxyType({failure.string: failure for failure in _FAILURES})
"""Every known failure string."""

# What is looked for inside "unknown_failure: ..." strings, which carry an operating system's or library's message.
# The first that occurs wins, so what is more precise stands first.
_MESSAGES = (
    ("use of closed network connection", Kind.LOCAL),
    ("connection reset", Kind.RESET),
    ("forcibly closed", Kind.RESET),
    ("software caused connection abort", Kind.RESET),
    ("connection refused", Kind.REFUSED),
    ("actively refused", Kind.REFUSED),
    ("no such host", Kind.NXDOMAIN),
    ("i/o timeout", Kind.TIMEOUT),
    ("deadline exceeded", Kind.TIMEOUT),
    ("timed out", Kind.TIMEOUT),
    ("timeout", Kind.TIMEOUT),
    ("no route to host", Kind.UNREACHABLE),
    ("unreachable", Kind.UNREACHABLE),
    ("server misbehaving", Kind.SERVFAIL),
    ("unexpected eof", Kind.CLOSE),
    ("broken pipe", Kind.CLOSE),
    ("not valid for any names", Kind.WRONG_NAME),
    ("certificate is valid for", Kind.WRONG_NAME),
    ("unknown authority", Kind.UNKNOWN_AUTHORITY),
    ("certificate has expired", Kind.BAD_CERTIFICATE),
    ("remote error: tls", Kind.TLS_ALERT),
    ("protocol version not supported", Kind.TLS_ALERT),
    ("handshake failure", Kind.TLS_ALERT),
    ("does not look like a tls", Kind.TLS_OTHER),
    ("tls:", Kind.TLS_OTHER),
    ("malformed http", Kind.HTTP_OTHER),
    ("redirect", Kind.HTTP_OTHER),
    ("http", Kind.HTTP_OTHER),
    ("permission denied", Kind.LOCAL),
    ("cannot assign requested address", Kind.LOCAL),
    ("address family not supported", Kind.LOCAL),
)


def kind(failure: str | None) -> Kind | None:
    """Give the meaning of a failure string; ``None`` for no failure.

    A string that is not in :data:`FAILURES` is searched for the message of an operating system or library;
    what is left is :attr:`Kind.OTHER`, never an error.
    """
    if failure is None:
        return None
    known = FAILURES.get(failure)
    if known is not None:
        return known.kind
    text = failure.lower()
    return next((meaning for message, meaning in _MESSAGES if message in text), Kind.OTHER)
