from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from typing import TYPE_CHECKING

import h2.exceptions
import h11
import pytest

from tests.lab.fabrics.virtual.carriers import SERVER
from trigpoint.model.failure import FAILURES, Kind, kind
from trigpoint.net.dial.failures import (
    ALERT_ROWS,
    ERRNO_ROWS,
    GETADDRINFO_ROWS,
    KIND_ROWS,
    Failed,
    failure_of,
)

if TYPE_CHECKING:
    from trigpoint.net.dial.failures import Row


@pytest.mark.parametrize("row", [*ERRNO_ROWS, *GETADDRINFO_ROWS, *KIND_ROWS], ids=str)
def test_every_row_is_of_the_vocabulary_and_says_who_says_so(row: Row) -> None:
    assert row.failure in FAILURES
    assert row.source


@pytest.mark.parametrize("row", ERRNO_ROWS, ids=str)
def test_an_error_number_has_its_name(row: Row) -> None:
    assert failure_of(OSError(row.cause, os.strerror(row.cause))) == row.failure


def test_an_error_number_without_a_name_is_told_as_the_kernel_says_it() -> None:
    assert failure_of(OSError(errno.EPROTO, "")) == "unknown_failure: protocol error"


def test_the_kernels_timeout_is_not_the_programs() -> None:
    assert failure_of(TimeoutError(errno.ETIMEDOUT, "")) == "timed_out"
    assert failure_of(TimeoutError()) == "generic_timeout_error"


def test_a_clean_end_is_no_reset() -> None:
    ends = (ssl.SSLEOFError(8, "EOF"), ssl.SSLZeroReturnError(6, "closed"), asyncio.IncompleteReadError(b"", 1))
    assert {failure_of(error) for error in ends} == {"eof_error"}
    assert failure_of(ConnectionResetError()) == "eof_error"
    assert failure_of(ConnectionResetError(errno.ECONNRESET, "")) == "connection_reset"


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (socket.EAI_NONAME, "dns_nxdomain_error"),
        (socket.EAI_AGAIN, "dns_temporary_failure"),
        (-99, "dns_server_misbehaving"),
    ],
)
def test_the_systems_resolver_has_numbers_of_its_own(number: int, failure: str) -> None:
    assert failure_of(socket.gaierror(number, "")) == failure


def _shaken(server: bytes) -> ssl.SSLError:
    """Give what OpenSSL says of a reply to its ClientHello."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming = ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, ssl.MemoryBIO())
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    incoming.write(server)
    with pytest.raises(ssl.SSLError) as caught:
        tls.do_handshake()
    return caught.value


# RFC 8446, section 6, and the registry of TLS alerts
@pytest.mark.parametrize(
    "number",
    [10, 20, 21, 22, 30, *range(40, 52), 60, 70, 71, 80, 86, 90, 100, *range(109, 117), 120],
)
def test_every_alert_is_known(number: int) -> None:
    failure = failure_of(_shaken(bytes([21, 3, 3, 0, 2, 2, number])))
    assert failure in {row.failure for row in ALERT_ROWS}
    assert kind(failure) == Kind.TLS_ALERT


def test_every_alert_has_a_name_of_its_own() -> None:
    assert len({row.failure for row in ALERT_ROWS}) == len(ALERT_ROWS)


def test_what_is_wrong_with_tls_itself_is_told() -> None:
    assert failure_of(_shaken(bytes([22, 3, 3, 0, 5, 9, 9, 9, 9, 9]))) == "unknown_failure: tls: unexpected message"


def test_what_a_peer_said_is_not_quoted() -> None:
    http = h11.Connection(h11.CLIENT)
    http.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    http.send(h11.EndOfMessage())
    http.receive_data(f"{SERVER} is not allowed here\r\n\r\n".encode())
    with pytest.raises(h11.RemoteProtocolError) as caught:
        http.next_event()
    assert failure_of(caught.value) == "unknown_failure: malformed HTTP response: illegal status line"
    assert failure_of(h2.exceptions.ProtocolError()) == "unknown_failure: malformed HTTP/2: ProtocolError"


def test_the_rest() -> None:
    assert failure_of(Failed("eof_error")) == "eof_error"
    assert failure_of(asyncio.CancelledError()) == "interrupted"
    assert failure_of(KeyError("x")) == "unknown_failure: KeyError: 'x'"
    assert kind(failure_of(KeyError("x" * 900))) == Kind.OTHER
    assert len(failure_of(KeyError("x" * 900))) < 150
