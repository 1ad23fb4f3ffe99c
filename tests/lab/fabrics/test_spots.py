"""Every address of a world is in one place, behind one router."""

from __future__ import annotations

import pytest

from tests.lab.fabrics.worlds import AUTHORITY, CLIENT, CLIENT6, CONTROL, MIDDLE, OTHER_CLIENT, WEB6, world
from trigpoint.lab.fabrics.spots import network_of, spots
from trigpoint.net.packets import address_bytes


@pytest.mark.parametrize(
    ("address", "place", "network", "hop"),
    [
        (CLIENT, "a1/client", "a1", None),
        (CLIENT6, "a1/client", "a1", None),
        (OTHER_CLIENT, "a2/client", "a2", None),
        (MIDDLE, "a1", "a1", 3),
        (AUTHORITY, "outside", None, 0),
        (WEB6, "outside", None, 0),
        (CONTROL, "control", None, 0),
    ],
)
def test_an_address_is_where_its_client_or_host_is(
    address: str, place: str, network: str | None, hop: int | None
) -> None:
    spot = spots(world())[address_bytes(address)]
    assert (spot.place, spot.network.name if spot.network else None, spot.hop) == (place, network, hop)


def test_places_outside_are_in_no_network() -> None:
    assert [network_of(place) for place in ("a1/client", "a1", "outside", "control")] == ["a1", "a1", "", ""]
