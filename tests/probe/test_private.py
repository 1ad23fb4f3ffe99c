"""What is of a home or an office, and what is of a network."""

from __future__ import annotations

import pytest

from trigpoint.probe.private import is_private


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.1.1",
        "127.0.0.53",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:192.168.1.1",
    ],
)
def test_a_private_range(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "192.0.2.53", "100.128.0.1", "2001:db8::53", "::ffff:8.8.8.8"]
)
def test_any_other(address: str) -> None:
    assert not is_private(address)


def test_what_is_no_address() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        is_private("private")
