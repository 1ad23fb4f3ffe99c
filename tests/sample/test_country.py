from __future__ import annotations

import ipaddress

import pytest

from trigpoint.sample.country import ADDRESSES, NETWORKS, OPERATORS, SITES, TARGETS, Site, categories, operator_of


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_a_site_has_a_reserved_name_and_addresses_that_are_globally_routable(site: Site) -> None:
    assert site.host.endswith(".example")
    addresses = [ipaddress.ip_address(address) for address in (*site.addresses, site.address6)]
    assert all(address.is_global for address in addresses)
    assert [address.version for address in addresses] == [4, 4, 6]


def test_sites_do_not_share_addresses() -> None:
    addresses = [address for site in SITES.values() for address in (*site.addresses, site.address6)]
    assert len(addresses) == len(set(addresses))


def test_as_numbers_are_private_use() -> None:
    numbers = {entry.asn for entry in (*NETWORKS, *OPERATORS)}
    assert all(64512 <= number <= 65534 or 4200000000 <= number <= 4294967294 for number in numbers)


def test_there_are_about_forty_targets_in_five_networks() -> None:
    assert 38 <= len(TARGETS) <= 42
    assert len(NETWORKS) == 5


def test_categories_name_every_target_once() -> None:
    header, *rows = categories().splitlines()
    assert header == "domain,category"
    assert [row.split(",")[0] for row in rows] == sorted(TARGETS)
    assert all(row.count(",") == 1 and row.split(",")[1] for row in rows)


def test_owners_are_known_by_address() -> None:
    assert operator_of("11.64.7.10").name == "Harbour Hosting (fictional)"
    assert operator_of("3100:64:7::a").asn == 4200000107
    assert operator_of(NETWORKS[1].resolver).asn == 64530
    assert operator_of(ADDRESSES["forged bogon"]) is None
