"""What a line does to packets."""

from __future__ import annotations

import pytest

from tests.lab.fabrics.worlds import CLIENT, CLIENT6, world
from trigpoint.lab.fabrics.line import line, lines
from trigpoint.lab.world.place import Link
from trigpoint.net.packets import address_bytes


def test_a_line_that_does_nothing_is_none() -> None:
    assert line(Link()) is None


def test_a_delay_is_added() -> None:
    made = line(Link(delay_ms=3))
    assert made
    assert made.carry(1.0, 100) == pytest.approx(1.003)


def test_jitter_delays_and_never_reorders() -> None:
    made = line(Link(jitter_ms=10), 1)
    assert made
    times = [made.carry(number / 1000, 100) or 0.0 for number in range(200)]
    assert times == sorted(times)
    assert max(time - number / 1000 for number, time in enumerate(times)) <= 0.0101
    assert len(set(times)) > 10


def test_reordered_packets_are_overtaken() -> None:
    made = line(Link(reorder=0.2), 1)
    assert made
    times = [made.carry(number / 1000, 100) or 0.0 for number in range(200)]
    assert times != sorted(times)


def test_a_rate_spaces_packets_and_a_full_queue_loses_them() -> None:
    made = line(Link(rate_mbit=0.8, queue_ms=50))
    assert made
    times = [made.carry(0.0, 1000) for _ in range(20)]
    assert times[:3] == pytest.approx([0.01, 0.02, 0.03])
    assert times[-1] is None
    assert sum(time is not None for time in times) == 6


def test_the_same_seed_loses_the_same_packets() -> None:
    runs = []
    for seed in (1, 1, 2):
        made = line(Link(loss=0.3), seed)
        assert made
        runs.append([made.carry(0.0, 1) is None for _ in range(100)])
    assert runs[0] == runs[1] != runs[2]
    assert 10 < sum(runs[0]) < 50


def test_the_rate_may_follow_the_time_of_day() -> None:
    made = line(Link(rate_mbit=8, diurnal_rate=(1, 0.25)), 1)
    assert made is not None
    assert made.carry(0.0, 1_000) == pytest.approx(0.001)
    assert made.carry(43_200.0, 1_000) == pytest.approx(43_200.004)
    assert made.carry(86_400.0, 1_000) == pytest.approx(86_400.001)


def test_who_has_a_line_has_it_with_all_addresses_and_a_client_s_delay_is_not_its_own() -> None:
    found = lines(world(network={"link": {"delay_ms": 2, "loss": 0.5}}), 1, "out")
    own, own6 = (found[address_bytes(address)] for address in (CLIENT, CLIENT6))
    assert own is own6
    assert {own.carry(1.0, 100) for _ in range(50)} == {None, 1.0}
    assert set(lines(world(), 1, "out")) == set()
