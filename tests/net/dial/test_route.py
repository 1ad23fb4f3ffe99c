"""How far packets go: every router is counted, the end is known, and where packets vanish nobody answers any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.fabrics.worlds import CONTROL, WEB, WEB6, world
from tests.lab.test_lab import FABRICS
from trigpoint.lab.lab import Lab
from trigpoint.lab.services.dialer import StackDialer
from trigpoint.net.dial.acts import Hop
from trigpoint.net.dial.diary import Diary
from trigpoint.net.dial.route import FULL, MOST, route

if TYPE_CHECKING:
    from trigpoint.lab.world.world import World

ROUTER, HOST, NOBODY = "host_unreachable", "connection_refused", "generic_timeout_error"
BORDER, ROUTERS = 5, 8
NOBODYS = {4: "203.0.113.77", 6: "2001:db8:77::1"}
"""Addresses at which there is nothing."""


def null_route(**fields: Any) -> dict[str, Any]:
    return {"behaviour": "null_route", "placement": {"hop": BORDER}, "match": {"addresses": [WEB, WEB6]}, **fields}


def traced(made: World, address: str, fabric: str = "virtual", **how: float) -> Diary:
    async def main(lab: Lab) -> Diary:
        diary = Diary(dialer=StackDialer(lab.client()))
        hops = await route(diary.trace("arm=target"), address, **how)
        assert set(diary.of(Hop)) == set(hops)
        assert [hop.ttl for hop in hops] == sorted(hop.ttl for hop in hops)
        return diary

    return Lab(made, fabric=fabric).play(main)


def outcomes(diary: Diary) -> dict[int, set[str | None]]:
    found: dict[int, set[str | None]] = {}
    for hop in diary.of(Hop):
        found.setdefault(hop.ttl, set()).add(hop.failure)
    return found


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize("address", [WEB, WEB6])
def test_every_router_answers_and_then_the_host(fabric: str, address: str) -> None:
    found = outcomes(traced(world(), address, fabric))
    assert [found[ttl] for ttl in range(1, ROUTERS + 3)] == [{ROUTER}] * ROUTERS + [{HOST}] * 2
    assert found.keys() == {*range(1, 11), FULL}
    assert found[FULL] == {HOST}


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize("address", [WEB, WEB6])
def test_a_null_route_ends_the_way_where_it_stands(fabric: str, address: str) -> None:
    found = outcomes(traced(world(null_route()), address, fabric, timeout=0.5))
    assert {ttl for ttl, seen in found.items() if seen == {ROUTER}} == set(range(1, BORDER + 1))
    assert all(found[ttl] == {NOBODY} for ttl in (*range(BORDER + 1, 11), FULL))
    assert max(found.keys() - {FULL}) < MOST  # five silent hops are the end


@pytest.mark.parametrize("version", [4, 6])
def test_where_there_is_no_host_all_routers_answer(version: int) -> None:
    found = outcomes(traced(world(), NOBODYS[version]))
    assert {ttl for ttl, seen in found.items() if seen == {ROUTER}} == set(range(1, ROUTERS + 1))
    assert found[FULL] == {NOBODY}


def test_a_way_back_that_is_cut_off_is_not_seen_by_routers() -> None:
    found = outcomes(traced(world(null_route(way="in")), WEB))
    assert {ttl for ttl, seen in found.items() if seen == {ROUTER}} == set(range(1, ROUTERS + 1))
    assert found[FULL] == {NOBODY}


@pytest.mark.parametrize("address", [WEB, WEB6])
def test_a_router_that_refuses_is_known_by_the_ordinary_datagram(address: str) -> None:
    found = outcomes(traced(world(null_route(answer="host_unreachable")), address))
    assert found[FULL] == {ROUTER}


def test_a_silent_hop_is_asked_once_more_and_no_more() -> None:
    hops = traced(world(null_route()), WEB).of(Hop)
    counts = {ttl: sum(hop.ttl == ttl for hop in hops) for ttl in (1, BORDER, BORDER + 1, FULL)}
    assert counts == {1: 1, BORDER: 1, BORDER + 1: 2, FULL: 2}


def test_what_is_sent_is_written_down_and_asks_the_budget() -> None:
    asked: list[str] = []

    async def admit(host: str) -> None:
        asked.append(host)

    async def main(lab: Lab) -> Diary:
        diary = Diary(admit, StackDialer(lab.client()))
        await route(diary.trace("arm=control"), CONTROL)
        return diary

    diary = Lab(world(), fabric="virtual").play(main)
    hops = diary.of(Hop)
    assert asked == [CONTROL] * len(hops)
    assert {(hop.ip, hop.tags, hop.transaction_id) for hop in hops} == {(CONTROL, ("arm=control",), 1)}
    assert len({hop.port for hop in hops}) == len(hops)
    writes = [event for event in diary.network_events if event.operation == "write_to"]
    assert {event.address for event in writes} == {f"{CONTROL}:{hop.port}" for hop in hops}


def test_a_family_that_the_place_has_not_ends_at_once() -> None:
    found = outcomes(traced(world(network={"client": ["192.0.2.2"]}), WEB6))
    assert set().union(*found.values()) == {"network_unreachable"}
    assert max(found.keys() - {FULL}) < MOST
