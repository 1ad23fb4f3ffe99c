"""Places have addresses of the lab only, and clients one of each family."""

from __future__ import annotations

import pytest

from trigpoint.lab.world.place import Host, Network, Resolver

NETWORK = {"name": "a1", "asn": 64_501, "resolver": "dns"}


@pytest.mark.parametrize("client", [(), ("192.0.2.2", "192.0.2.3"), ("nowhere",)])
def test_a_client_has_an_address_or_one_of_each_family(client: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="client"):
        Network(**NETWORK, client=client)


def test_a_border_is_one_of_the_routers() -> None:
    with pytest.raises(ValueError, match="border: 9"):
        Network(**NETWORK, client=("192.0.2.2",), border=9, hops=8)


@pytest.mark.parametrize("addresses", [(), ("x",), ("8.8.8.8",), ("2620:fe::fe",)])
def test_a_host_has_addresses_that_are_not_in_use(addresses: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="addresses"):
        Host(name="web", addresses=addresses)


def test_a_literal_address_is_allowed_where_it_is_a_fingerprint() -> None:
    assert Host(name="page", addresses=("195.175.254.2",), is_fingerprint=True).addresses == ("195.175.254.2",)


def test_what_a_resolver_gives_instead_of_a_denial_are_addresses() -> None:
    with pytest.raises(ValueError, match="nxdomain_rewrite"):
        Resolver(nxdomain_rewrite=("nowhere",))
