from __future__ import annotations

import pytest

from tests.lab.services.loopback import SECOND, WEB, made
from trigpoint.lab.world.faults import fate, silences, sites_of

DOWN = {"name": "down.example", "hosts": ["second"]}


@pytest.mark.parametrize(("fault", "expected"), [("refused", "refused"), ("silent", "silent"), ("tls", ""), ("", "")])
def test_a_host_is_down_as_its_only_site_is(fault: str, expected: str) -> None:
    world = made([{**DOWN, "fault": fault}])
    assert fate(world, world.host("second"), "a1") == expected


def test_a_host_is_up_while_one_of_its_sites_is() -> None:
    world = made([{**DOWN, "fault": "silent"}, {"name": "up.example", "hosts": ["second"]}])
    assert fate(world, world.host("second"), "a1") == ""
    assert not silences(world)


def test_a_host_without_sites_is_not_down() -> None:
    world = made()
    assert fate(world, world.host("second"), "a1") == ""


def test_a_host_that_does_something_else_is_up() -> None:
    world = made([{**DOWN, "fault": "silent"}], [{"name": "second", "addresses": [SECOND], "echo": [7]}])
    assert fate(world, world.host("second"), "a1") == ""


def test_silence_is_kept_towards_those_who_are_meant() -> None:
    view = {"networks": ["a1"], "fault": "silent"}
    assert silences(made([{**DOWN, "views": [view]}])) == {("a1", SECOND)}
    assert silences(made([{**DOWN, "fault": "silent"}])) == {(place, SECOND) for place in ("a1", "b1", "outside")}


def test_a_host_serves_those_who_are_sent_to_it_only_sometimes() -> None:
    world = made([{"name": "x.example", "hosts": ["web"], "views": [{"networks": ["a1"], "hosts": ["second"]}]}])
    assert [len(sites_of(world, host)) for host in ("web", "second", "authority")] == [1, 1, 0]
    assert WEB in world.host("web").addresses


def test_a_host_may_be_dead_over_one_version_of_ip_for_everybody() -> None:
    host = {"name": "second", "addresses": [SECOND, "2001:db8::2"], "dead_families": [6]}
    world = made([DOWN], [host])
    assert silences(world) == {(place, "2001:db8::2") for place in ("a1", "b1", "outside")}
