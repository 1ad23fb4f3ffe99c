"""Stretches of an access network."""

from __future__ import annotations

import pytest

from tests.lab.fabrics.worlds import world
from trigpoint.lab.fabrics.part import part, router_addresses, seconds_by_hop


def test_the_border_and_the_outside_are_as_far_as_the_network_says() -> None:
    times = seconds_by_hop(world().networks[0])
    assert len(times) == 9
    assert times[0] == 0.0
    assert (times[1], times[5], times[8]) == pytest.approx((0.002, 0.010, 0.040))
    assert list(times) == sorted(times)


@pytest.mark.parametrize("border", [1, 8])
def test_a_border_at_either_end_keeps_the_whole_time(border: int) -> None:
    times = seconds_by_hop(world(network={"border": border}).networks[0])
    assert times[-1] == pytest.approx(0.040)
    assert list(times) == sorted(times)


@pytest.mark.parametrize(
    ("low", "high", "stand"),
    [(None, 8, [0, 3, 5]), (0, 8, [3, 5]), (None, 3, [0, 3]), (3, 8, [2]), (5, 8, []), (1, 4, [2])],
)
def test_censors_stand_on_the_stretch_that_holds_their_hop(low: int | None, high: int, stand: list[int]) -> None:
    made = world(*({"behaviour": "tls_reset", "placement": {"hop": hop}} for hop in (0, 3, 5)))
    stretch = part(made, made.networks[0], low, high, seed=0, log=lambda _: None)
    assert [censor.placement.hop for censor in stretch.engine._censors] == stand
    assert stretch.hops == high - (low or 0)


def test_time_to_a_hop_depends_on_the_end_at_which_one_enters() -> None:
    made = world()
    stretch = part(made, made.networks[0], None, 8, seed=0, log=lambda _: None)
    assert stretch.seconds_to(5, outward=True) == pytest.approx(0.010)
    assert stretch.seconds_to(5, outward=False) == pytest.approx(0.030)
    assert stretch.seconds_to(99, outward=True) == pytest.approx(0.040)


def test_routers_have_an_address_of_each_family() -> None:
    made = world()
    assert router_addresses(made, made.networks[1], 3) == ("10.2.255.3", "2001:db8:ffff:2::3")
