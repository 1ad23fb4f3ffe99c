"""The refusals that every other test relies on."""

from __future__ import annotations

import socket
import warnings

import pytest

from tests.conftest import NetworkRefusedError


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


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning, match="a defect"):
        warnings.warn("a defect", stacklevel=1)
