"""How much one client may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.control import limits as limits_module
from trigpoint.control.limits import Limits

if TYPE_CHECKING:
    import pytest


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_ask_in_bursts_and_then_at_its_rate() -> None:
    clock = Clock()
    limits = Limits(60, clock)
    assert [limits.admits("192.0.2.1") for _ in range(11)] == [True] * 10 + [False]
    clock.now += limits.wait
    assert [limits.admits("192.0.2.1") for _ in range(2)] == [True, False]
    clock.now += 3_600
    assert [limits.admits("192.0.2.1") for _ in range(11)] == [True] * 10 + [False]


def test_one_client_is_not_held_to_what_another_asks() -> None:
    limits = Limits(6, Clock())
    assert limits.admits("192.0.2.1")
    assert not limits.admits("192.0.2.1")
    assert limits.admits("192.0.2.2")


def test_a_network_of_ipv6_is_one_client_and_a_mapped_address_is_the_one_inside() -> None:
    limits = Limits(6, Clock())
    assert limits.admits("2001:db8:1:2::1")
    assert not limits.admits("2001:db8:1:2:ffff::9")
    assert limits.admits("2001:db8:1:3::1")
    assert limits.admits("::ffff:192.0.2.1")
    assert limits.admits("::ffff:192.0.2.2")
    assert not limits.admits("192.0.2.1")
    assert limits.admits("fe80::1%eth0")


def test_without_a_rate_there_is_no_limit() -> None:
    limits = Limits(0, Clock())
    assert all(limits.admits("192.0.2.1") for _ in range(1_000))
    assert limits.wait == 0


def test_clients_beyond_number_are_forgotten_the_quietest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "MOST_CLIENTS", 2)
    limits = Limits(6, Clock())
    assert [limits.admits(address) for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3")] == [True] * 3
    assert not limits.admits("192.0.2.2")
    assert limits.admits("192.0.2.1")
