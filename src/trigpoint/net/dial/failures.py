"""How what the network did is called: exceptions into failure strings of :mod:`trigpoint.model.failure`.

>>> failure_of(ConnectionRefusedError(errno.ECONNREFUSED, "")), failure_of(TimeoutError())
('connection_refused', 'generic_timeout_error')
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import socket
import ssl

import h2.exceptions
import h11
import msgspec

_NETXLITE = "ooni/probe-cli netxlite: errno names"
_LINUX_ICMP = "icmp(7) and the table icmp_err_convert of Linux: what an ICMP message does to a socket"
_NETXLITE_TLS = "ooni/probe-cli netxlite: no name of its own, so the text of Go's crypto/tls"
_GETADDRINFO = "getaddrinfo(3); ooni/probe-cli netxlite: names of EAI errors"


class Failed(Exception):  # noqa: N818 - it did, and nobody outside of this folder sees it
    """A read or a write failed; the network event is written down already."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure
        """Failure string."""


class Row(msgspec.Struct, frozen=True):
    """One row of a table: what stands for what, and who says so."""

    cause: int | type[BaseException] | str
    """Error number, exception, or text of a TLS alert."""
    failure: str
    source: str


ERRNO_ROWS = (
    Row(errno.ECONNREFUSED, "connection_refused", _NETXLITE),
    Row(errno.ECONNRESET, "connection_reset", _NETXLITE),
    Row(errno.EPIPE, "connection_reset", "send(2): the reset came before, and the write found the connection gone"),
    Row(errno.ECONNABORTED, "connection_aborted", _NETXLITE),
    Row(errno.ETIMEDOUT, "timed_out", _NETXLITE),
    Row(errno.EHOSTUNREACH, "host_unreachable", _NETXLITE),
    Row(errno.EHOSTDOWN, "host_unreachable", _LINUX_ICMP),
    Row(errno.ENETUNREACH, "network_unreachable", _NETXLITE),
    Row(errno.ENETDOWN, "network_down", _NETXLITE),
    Row(errno.ENETRESET, "network_reset", _NETXLITE),
    Row(errno.EACCES, "permission_denied", _NETXLITE),
    Row(errno.EPERM, "permission_denied", "send(2): a firewall of this machine forbids it"),
    Row(errno.EADDRINUSE, "address_in_use", _NETXLITE),
    Row(errno.EADDRNOTAVAIL, "address_not_available", _NETXLITE),
    Row(errno.EAFNOSUPPORT, "address_family_not_supported", _NETXLITE),
    Row(errno.EPROTONOSUPPORT, "protocol_not_supported", _NETXLITE),
    Row(errno.EPROTOTYPE, "wrong_protocol_type", _NETXLITE),
    Row(errno.ENOPROTOOPT, "no_protocol_option", _NETXLITE),
    Row(errno.EMSGSIZE, "message_size", _NETXLITE),
    Row(errno.ENOBUFS, "no_buffer_space", _NETXLITE),
    Row(errno.ENOTCONN, "not_connected", _NETXLITE),
    Row(errno.EDESTADDRREQ, "destination_address_required", _NETXLITE),
    Row(errno.EBADF, "bad_file_descriptor", _NETXLITE),
    Row(errno.EFAULT, "bad_address", _NETXLITE),
    Row(errno.EINVAL, "invalid_argument", _NETXLITE),
    Row(errno.EWOULDBLOCK, "operation_would_block", _NETXLITE),
    Row(errno.EINTR, "interrupted", _NETXLITE),
)
"""Error numbers of the kernel."""

GETADDRINFO_ROWS = (
    Row(socket.EAI_NONAME, "dns_nxdomain_error", _GETADDRINFO),
    Row(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "dns_no_answer", _GETADDRINFO),
    Row(socket.EAI_AGAIN, "dns_temporary_failure", _GETADDRINFO),
    Row(socket.EAI_FAIL, "dns_non_recoverable_failure", _GETADDRINFO),
    Row(socket.EAI_FAMILY, "address_family_not_supported", _GETADDRINFO),
)
"""Error numbers of the system's resolver; where it has one number for two things, the first row holds."""

KIND_ROWS = (
    Row(ssl.SSLZeroReturnError, "eof_error", "RFC 8446, section 6.1: close_notify; Go's crypto/tls reads it as EOF"),
    Row(ssl.SSLEOFError, "eof_error", "ooni/probe-cli netxlite: EOF, also in a handshake"),
    Row(EOFError, "eof_error", "ooni/probe-cli netxlite: EOF"),
    Row(TimeoutError, "generic_timeout_error", "ooni/probe-cli netxlite: a timer of the program's own"),
    Row(ConnectionResetError, "eof_error", "asyncio without an error number: the peer ended the connection cleanly"),
    Row(asyncio.CancelledError, "interrupted", "ooni/probe-cli netxlite: context canceled"),
    Row(h11.LocalProtocolError, "invalid_argument", "h11: a request that HTTP/1.1 cannot carry (RFC 9112, section 3)"),
    Row(ValueError, "invalid_argument", "ssl: a server name that TLS cannot carry (RFC 6066, section 3)"),
)
"""Exceptions without a number; the first that fits."""

ALERT_ROWS = tuple(
    Row(cause, f"unknown_failure: remote error: tls: {text}", _NETXLITE_TLS)
    for cause, text in (
        ("unexpected message", "unexpected message"),
        ("bad record mac", "bad record MAC"),
        ("decryption failed", "decryption failed"),
        ("record overflow", "record overflow"),
        ("decompression failure", "decompression failure"),
        ("handshake failure", "handshake failure"),
        ("no certificate", "no certificate"),
        ("bad certificate", "bad certificate"),
        ("unsupported certificate", "unsupported certificate"),
        ("certificate revoked", "revoked certificate"),
        ("certificate expired", "expired certificate"),
        ("certificate unknown", "unknown certificate"),
        ("illegal parameter", "illegal parameter"),
        ("unknown ca", "unknown certificate authority"),
        ("access denied", "access denied"),
        ("decode error", "error decoding message"),
        ("decrypt error", "error decrypting message"),
        ("export restriction", "export restriction"),
        ("protocol version", "protocol version not supported"),
        ("insufficient security", "insufficient security level"),
        ("internal error", "internal error"),
        ("inappropriate fallback", "inappropriate fallback"),
        ("user cancelled", "user canceled"),
        ("no renegotiation", "no renegotiation"),
        ("missing extension", "missing extension"),
        ("unsupported extension", "unsupported extension"),
        ("certificate unobtainable", "certificate unobtainable"),
        ("unrecognized name", "unrecognized name"),
        ("bad certificate status response", "bad certificate status response"),
        ("bad certificate hash value", "bad certificate hash value"),
        ("unknown psk identity", "unknown PSK identity"),
        ("certificate required", "certificate required"),
        ("no application protocol", "no application protocol"),
    )
)
"""Alerts that a peer sent, as OpenSSL words them."""

_ERRNOS = {row.cause: row.failure for row in ERRNO_ROWS}
_GETADDRINFOS = {row.cause: row.failure for row in reversed(GETADDRINFO_ROWS)}
_ALERTS = {row.cause: row.failure for row in ALERT_ROWS}
_ALERT = re.compile(r"(?:sslv3|tlsv1|tlsv13)(?: alert)? (.+)")  # of `ssl`: its text, as OpenSSL has it
_OPENSSL_FRAME = re.compile(r"^\[[^]]*\] | \(_ssl\.c:\d+\)$")
_NO_TLS = {"wrong version number", "http request", "https proxy request", "packet length too long"}
_LONGEST = 120  # characters of a text that may quote what the peer sent


def failure_of(error: BaseException) -> str:
    """Give the failure string of an exception.

    An error number is believed before the kind of the exception: the kernel's ETIMEDOUT is a ``TimeoutError``, too,
    and not the program's own timer.
    """
    if isinstance(error, Failed):
        return error.failure
    if isinstance(error, (h11.RemoteProtocolError, h2.exceptions.ProtocolError)):
        return _of_http(error)
    if isinstance(error, socket.gaierror):
        return _GETADDRINFOS.get(error.errno or 0, "dns_server_misbehaving")
    if isinstance(error, ssl.SSLError):
        return _of_kind(error) or _of_tls(error)
    if isinstance(error, OSError) and error.errno:
        return _ERRNOS.get(error.errno) or f"unknown_failure: {os.strerror(error.errno).lower()}"
    return _of_kind(error) or _unknown(f"{type(error).__name__}: {error}")


def _of_kind(error: BaseException) -> str | None:
    return next(
        (row.failure for row in KIND_ROWS if isinstance(row.cause, type) and isinstance(error, row.cause)), None
    )


def _of_tls(error: ssl.SSLError) -> str:
    """Tell an alert of the peer, and what is no TLS, from the rest."""
    text = _OPENSSL_FRAME.sub("", str(error.args[-1]))
    alert = _ALERT.fullmatch(text)
    if alert:
        return _ALERTS.get(alert[1]) or _unknown(f"remote error: tls: {alert[1]}")
    if text in _NO_TLS:  # the text of Go's crypto/tls for it, as ooni/probe-cli hands it on
        return "unknown_failure: tls: first record does not look like a TLS handshake"
    return _unknown(f"tls: {text}")


def _of_http(error: Exception) -> str:
    """Name a breach of HTTP, without what the peer sent: h11 quotes it behind a colon."""
    version = "HTTP/2" if isinstance(error, h2.exceptions.ProtocolError) else "HTTP response"
    return _unknown(f"malformed {version}: {str(error).partition(':')[0] or type(error).__name__}")


def _unknown(text: str) -> str:
    return f"unknown_failure: {' '.join(text.split())[:_LONGEST]}"
