"""The address plan of worlds: what is in use there, and whose it is as far as all agree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.engine.lies import Lie
from trigpoint.lab.world.load import load, names
from trigpoint.lab.world.plan import plan
from trigpoint.lab.world.reserved import INTERNET
from trigpoint.reference.address_plan import AddressPlan, Planned, written
from trigpoint.reference.addresses import is_bogon

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.lab.world.world import World


@cache
def world(name: str) -> World:
    return load(name)


def _read(folder: Path, *worlds: str) -> AddressPlan:
    path = folder / "plan.csv"
    path.write_text(written(plan(map(world, worlds))), encoding="utf-8")
    return AddressPlan(path)


PRIVATE = {"10.3.0.20", "fd00:3::20"}
"""Of a host within an office: nobody's, in the lab as elsewhere."""


@pytest.mark.parametrize("name", names())
def test_every_address_of_a_world_has_its_as_and_none_is_a_bogon(tmp_path: Path, name: str) -> None:
    read = _read(tmp_path, name)
    hosts = [host for host in world(name).hosts if not (host.is_fingerprint or set(host.addresses) & PRIVATE)]
    told = [(host.addresses, host.asn) for host in hosts]
    told += [(network.client, network.asn) for network in world(name).networks]
    for addresses, asn in told:
        assert {(read.lookup(address).asn, read.lookup(address).is_bogon) for address in addresses} == {(asn, False)}


@pytest.mark.parametrize(
    "address",
    ["10.10.34.34", "10.10.34.36", "127.0.0.1", "2001::1", "d0::11", "8.8.8.8", *sorted(PRIVATE)],
)
def test_what_stands_for_a_block_page_or_within_an_office_stays_what_it_is(tmp_path: Path, address: str) -> None:
    found = _read(tmp_path, *names()).lookup(address)
    assert (found.asn, found.is_bogon) == (None, is_bogon(address))


def test_a_block_page_at_somebodys_address_has_the_as_that_the_world_says(tmp_path: Path) -> None:
    assert _read(tmp_path, "india-isp").lookup("202.83.21.14").asn == 64503


def test_names_and_countries_are_those_of_access_networks(tmp_path: Path) -> None:
    read = _read(tmp_path, "iran")
    client, page = read.lookup("192.0.2.2"), read.lookup("203.0.113.20")
    assert (client.asn, client.as_name, client.address_country) == (64501, "Covered", "XE")
    assert (page.asn, page.as_name, page.address_country) == (64507, None, None)


def test_where_worlds_differ_only_what_they_agree_on_is_said() -> None:
    entries = {entry.prefix: entry for entry in plan([world("gfw-2014"), world("gfw-2024")])}
    assert entries["203.0.113.21/32"] == Planned("203.0.113.21/32", 64508)
    assert entries["203.0.113.22/32"] == Planned("203.0.113.22/32", 64509)
    assert entries["203.0.113.24/32"].asn == 64511  # in one of them alone
    assert entries["192.0.2.2/32"] == Planned("192.0.2.2/32", 64501)  # two countries, two titles
    entries = {entry.prefix: entry for entry in plan([world("gfw-2014"), world("iran")])}
    assert entries["203.0.113.22/32"].asn == 64509
    entries = {entry.prefix: entry for entry in plan([world("gfw-2024"), world("bad-sites")])}
    assert entries["203.0.113.21/32"] == Planned("203.0.113.21/32")  # 64508 in one, 64507 in the other


def test_the_order_of_worlds_does_not_matter() -> None:
    worlds = [world(name) for name in names()]
    assert plan(worlds) == plan(reversed(worlds))
    assert plan(worlds) == plan(worlds * 2)


def test_of_no_world_there_are_the_ranges_alone() -> None:
    assert {entry.prefix for entry in plan([])} == set(INTERNET)


@pytest.mark.parametrize("prefix", INTERNET)
def test_the_ranges_are_those_that_censors_take_for_the_internet(tmp_path: Path, prefix: str) -> None:
    address = prefix.partition("/")[0]
    assert Lie(pool=(address,)).cause == "dns.injection.other"
    found = _read(tmp_path).lookup(address)
    assert (found.is_bogon, found.asn) == (False, None)
