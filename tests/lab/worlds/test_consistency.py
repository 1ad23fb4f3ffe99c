"""Every world that comes along fits together: what its censors do is in its truth, and nothing in it is real."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from trigpoint.lab.engine.names import NameList, Names
from trigpoint.lab.engine.pools import texts
from trigpoint.lab.truth import agrees
from trigpoint.lab.world.load import load, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World

WORLDS = names()
LITERAL = {  # answers that tools know blocking by, and that no host of a lab has
    "2001:4188:2:600:10:10:34:34",
    "2001:4188:2:600:10:10:34:36",
    "d0::11",
}
OF_ISSUE = {
    "gfw-2014",
    "gfw-2024",
    "gfw-2024:henan",
    "gfw-2024:rst443",
    "tspu",
    "tspu:mobile-allowlist",
    "iran",
    "iran:blackout",
    "iran:tiered",
    "india-isp",
    "turkey",
    "kazakhstan-mitm",
    "italy-dns",
    "turkmenistan",
    "shutdown",
    "open",
    "captive-portal",
    "cdn-geo-dns",
    "flaky-network",
    "server-geoblock",
    "bad-sites",
}
NO_INTERFERENCE = {"open", "captive-portal", "cdn-geo-dns", "flaky-network", "server-geoblock", "bad-sites"}
world_names = pytest.mark.parametrize("name", WORLDS)


@cache
def world_of(name: str) -> World:
    return load(name)


def rows_of(world: World, network: str) -> list[Truth]:
    return [row for place, row in world.truths() if place == network]


def networks_of(world: World, entry: dict[str, Any]) -> list[str]:
    return entry.get("networks") or [network.name for network in world.networks]


def entries(names: Names) -> Iterator[Names]:
    """Give each entry of the lists by itself, without series: those make a list as long as it is said to be."""
    for key in ("exact", "suffix", "substring", "regex"):
        yield from (Names(**{key: (entry,)}) for entry in getattr(names, key) if key == "regex" or "{" not in entry)


def unmet(names: Names, rows: list[Truth]) -> list[str]:
    targets = {row.target for row in rows}
    return [str(entry) for entry in entries(names) if not any(NameList(entry).find(target) for target in targets)]


def names_in(match: dict[str, Any]) -> Names:
    return Names(**{key: tuple(match.get(key, ())) for key in ("exact", "suffix", "substring", "regex")})


def test_all_worlds_that_were_asked_for_come_along() -> None:
    assert set(WORLDS) >= OF_ISSUE


def test_each_world_has_a_country_of_its_own() -> None:
    countries = [world_of(name).country for name in WORLDS if ":" not in name]
    assert len(set(countries)) == len(countries)
    assert all(re.fullmatch("X[A-Z]", country) for country in countries)
    assert not {"XK", "XL"} & set(countries)  # one is in use, the other is the sample's


@world_names
def test_what_a_censor_does_is_in_the_truth_of_its_networks_or_in_a_note(name: str) -> None:
    world = world_of(name)
    for network in world.networks:
        rows = rows_of(world, network.name)
        nodes = {node for row in rows for node in row.causes}
        for censor in world.censors_of(network.name):
            is_noted = any(f"`{censor.id}`" in row.note for row in rows)
            assert is_noted or any(agrees(censor.cause, node) for node in nodes), (network.name, censor.id)


@world_names
def test_what_resolvers_lie_about_is_in_the_truth_of_who_asks_them(name: str) -> None:
    world = world_of(name)
    for host in world.hosts:
        asking = [network.name for network in world.networks if network.resolver == host.name or not host.network]
        rows = [row for network in asking or [host.network] for row in rows_of(world, network)]
        for rule in (*host.resolver.lies, *host.resolver.filters) if host.resolver else ():
            assert unmet(rule.names, rows) == [], host.name
            cause = "dns.timeout" if rule.is_silent else rule.lie.cause
            nodes = {node for row in rows for node in row.causes} | {"dns.interception"}
            assert "resolver.filtering" in nodes or any(agrees(cause, node) for node in nodes), host.name


@world_names
def test_every_name_that_a_censor_lists_is_a_target_with_truth(name: str) -> None:
    world = world_of(name)
    for entry in world.censors:
        rows = [row for network in networks_of(world, entry) for row in rows_of(world, network)]
        assert unmet(names_in(entry.get("match", {})), rows) == [], entry["id"]
        for injector in entry.get("injectors", ()):
            assert unmet(names_in(injector.get("names", {})), rows) == [], entry["id"]


@world_names
def test_every_target_has_truth_in_every_network(name: str) -> None:
    world = world_of(name)
    for network in world.networks:
        told = {row.target for row in rows_of(world, network.name)}
        assert {site.names[0] for site in world.sites} <= told, network.name


@world_names
def test_every_network_has_something_benign_unless_it_is_cut_off(name: str) -> None:
    world = world_of(name)
    for network in world.networks:
        rows = rows_of(world, network.name)
        is_all = (name, network.name) in {("shutdown", "a3"), ("shutdown", "a4"), ("shutdown:dead-probe", "a1")}
        is_local = name == "captive-portal" and network.name in {"a1", "a2", "a4"}
        assert is_all or is_local or any(not row.mechanisms and row.state == "ok" for row in rows), network.name


@pytest.mark.parametrize("name", sorted(NO_INTERFERENCE))
def test_worlds_without_interference_have_none_in_their_truth(name: str) -> None:
    assert not [row for row in world_of(name).truth if row.mechanisms or row.interference or row.unseen]


@world_names
def test_addresses_are_of_documentation_or_literal_fingerprints(name: str) -> None:
    world = world_of(name)
    literal = LITERAL | {address for host in world.hosts if host.is_fingerprint for address in host.addresses}
    lies = [rule.lie for host in world.hosts if host.resolver for rule in (*host.resolver.lies, *host.resolver.filters)]
    pools = [pool for lie in lies for pool in lie.pool]
    for entry in world.censors:
        pools += [pool for injector in entry.get("injectors", ()) for pool in injector.get("lie", {}).get("pool", ())]
    clients = [address for network in world.networks for address in network.client]
    hosts = [address for host in world.hosts for address in host.addresses]
    for address in (*texts(tuple(pools)), *clients, *hosts):
        assert address in literal or not ipaddress.ip_address(address).is_global, address
    for host in world.hosts:
        asns = {host.asn, *(network.asn for network in world.networks)}
        assert all(64_496 <= asn <= 65_534 for asn in asns)


@world_names
def test_every_site_is_a_label_below_example(name: str) -> None:
    world = world_of(name)
    assert all(label.endswith(".example") for site in world.sites for label in (*site.names, *site.cname))


@world_names
def test_every_world_has_what_measurements_need(name: str) -> None:
    world = world_of(name)
    public = [host for host in world.hosts if host.resolver and host.resolver.name]
    assert all(set(host.resolver.transports) == {"udp", "tcp", "dot", "doh"} for host in public if host.resolver)
    assert len(public) == 2
    assert any(host.authority for host in world.hosts)
    assert any(host.role == "control" for host in world.hosts)
    assert any(host.echo and host.discard for host in world.hosts)
    assert any("h3" in site.schemes for site in world.sites)
    assert any(site.names[0].startswith("xn--") for site in world.sites)
    assert any(site.kind == "large" for site in world.sites)
    shared = [host for site in world.sites for host in site.hosts]
    assert any(shared.count(host) > 1 for host in shared)


def test_a_shutdown_is_blocked_for_a_survey_and_insufficient_alone() -> None:
    rows = [row for row in world_of("shutdown").truth if "ip.shutdown" in row.mechanisms]
    assert rows
    assert {(row.state, row.alone) for row in rows} == {("blocked", "insufficient")}


def test_a_dead_probe_is_no_shutdown() -> None:
    world = world_of("shutdown:dead-probe")
    states = {network.name: {row.state for row in rows_of(world, network.name)} for network in world.networks}
    assert states == {"a1": {"insufficient"}, "a2": {"ok"}}
    assert not [row for row in world.truth if row.mechanisms]


def test_servers_refuse_a_country_in_the_shares_of_the_profile() -> None:
    views = [view for site in world_of("server-geoblock").sites for view in site.views]
    shown = Counter(view.kind or view.rcode or view.fault or ("redirect" if view.redirect else "") for view in views)
    shares = {"geoblock": 8, "denied": 4, "unavailable": 1, "refused": 1, "servfail": 1, "silent": 3, "redirect": 2}
    assert shown == shares
    assert {view.networks for view in views} == {("a1", "a2")}


@world_names
def test_only_rows_with_tests_of_their_own_hold_whatever_a_client_sees(name: str) -> None:
    vague = {(place, row.target) for place, row in world_of(name).truths() if row.share == (0.0, 1.0)}
    by_line = {(place, target) for place, target in vague if (name, place) == ("shutdown", "a4")}  # test_cable.py
    assert vague - by_line == ({("a1", "play.example"), ("a2", "play.example")} if name == "tspu" else set())


def test_what_the_cut_cable_loses_is_told_of_every_target() -> None:
    rows = rows_of(world_of("shutdown"), "a4")
    assert {row.share for row in rows} == {(0.0, 1.0)}
