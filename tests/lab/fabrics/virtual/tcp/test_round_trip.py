from __future__ import annotations

import pytest

from trigpoint.lab.fabrics.virtual.tcp.round_trip import RoundTrip


def test_one_second_is_waited_before_anything_is_known() -> None:
    assert RoundTrip().timeout_seconds == 1.0


def test_the_wait_follows_what_is_measured() -> None:
    trip = RoundTrip()
    trip.measured(0.4)
    assert trip.timeout_seconds == pytest.approx(0.4 + 4 * 0.2)  # RFC 6298, section 2.2
    trip.measured(0.8)
    assert trip.timeout_seconds == pytest.approx(0.45 + 4 * 0.25)
    for _ in range(100):
        trip.measured(0.01)
    assert trip.timeout_seconds == 0.2


def test_each_timeout_doubles_the_wait_up_to_two_minutes_until_something_is_acknowledged() -> None:
    trip = RoundTrip()
    waits = []
    for _ in range(9):
        waits.append(trip.timeout_seconds)
        trip.back_off()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    trip.recover()
    assert trip.timeout_seconds == 1
