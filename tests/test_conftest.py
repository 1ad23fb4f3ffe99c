"""The refusals that every other test relies on."""

from __future__ import annotations

import socket
import sys
import warnings

import pytest

from tests import conftest
from tests.conftest import NetworkRefusedError, pytest_report_header


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "0.0.0.1"])
def test_a_connection_elsewhere_is_refused(address: str) -> None:
    with socket.socket() as endpoint, pytest.raises(NetworkRefusedError):
        endpoint.connect((address, 80))


def test_a_datagram_elsewhere_is_refused() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as endpoint, pytest.raises(NetworkRefusedError):
        endpoint.sendto(b"?", ("192.0.2.1", 53))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("www.example.com", 443)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("obstacle", "told"),
    [(None, "virtual fabric, and kernel fabric"), ("it is forbidden", "without kernel fabric: it")],
)
def test_the_first_lines_say_which_fabrics_are_tested(
    monkeypatch: pytest.MonkeyPatch, obstacle: str | None, told: str
) -> None:
    monkeypatch.setattr(conftest, "why_not", lambda: obstacle)
    assert told in pytest_report_header()


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning, match="a defect"):
        warnings.warn("a defect", stacklevel=1)


@pytest.mark.usefixtures("uncovered")
def test_where_lines_are_not_counted_nothing_watches_them() -> None:
    assert sys.gettrace() is None
