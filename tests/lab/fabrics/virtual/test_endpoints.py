from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis.strategies import integers, ip_addresses

from trigpoint.lab.fabrics.virtual.endpoints import endpoint, family_of, is_loopback, socket_address
from trigpoint.net.packets import address_bytes


@given(ip_addresses(), integers(0, 65535))
def test_an_address_is_the_same_in_packets_and_in_python(address: object, port: int) -> None:
    end = endpoint((str(address), port))
    assert endpoint(socket_address(end, family_of(end[0]))) == end
    assert endpoint(socket_address(end, socket.AF_INET6)) == end


def test_bytes_are_taken_for_text() -> None:
    assert endpoint((b"192.0.2.1", 53)) == (bytes([192, 0, 2, 1]), 53)


@pytest.mark.parametrize(("address", "error"), [(("name.example", 53), OSError), (("192.0.2.1", 70000), OverflowError)])
def test_what_is_no_address_is_refused(address: tuple[str, int], error: type[Exception]) -> None:
    with pytest.raises(error):
        endpoint(address)


@pytest.mark.parametrize(
    ("text", "expected"), [("127.3.2.1", True), ("::1", True), ("192.0.2.1", False), ("2001:db8::1", False)]
)
def test_loopback_means_the_host_itself(text: str, *, expected: bool) -> None:
    assert is_loopback(address_bytes(text)) is expected
