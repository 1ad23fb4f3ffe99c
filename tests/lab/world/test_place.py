"""Places have addresses of the lab only, and clients one of each family."""

from __future__ import annotations

import pytest

from trigpoint.lab.world.place import Host, Network, Notice, Portal, Resolver

NETWORK = {"name": "a1", "asn": 64_501, "resolver": "dns"}


@pytest.mark.parametrize("client", [(), ("192.0.2.2", "192.0.2.3"), ("nowhere",), ("8.8.8.8",)])
def test_a_client_has_an_address_or_one_of_each_family(client: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="client"):
        Network(**NETWORK, client=client)


def test_a_border_is_one_of_the_routers() -> None:
    with pytest.raises(ValueError, match="border: 9"):
        Network(**NETWORK, client=("192.0.2.2",), border=9, hops=8)


@pytest.mark.parametrize(
    "addresses",
    [(), ("x",), ("8.8.8.8",), ("2620:fe::fe",), ("0.0.0.0",), ("255.255.255.255",), ("127.0.0.1",), ("fe80::1",)],  # noqa: S104 - refused here
)
def test_a_host_has_addresses_that_are_not_in_use(addresses: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="addresses"):
        Host(name="web", addresses=addresses)


def test_a_literal_address_is_allowed_where_it_is_a_fingerprint() -> None:
    assert Host(name="page", addresses=("195.175.254.2",), is_fingerprint=True).addresses == ("195.175.254.2",)


def test_what_a_resolver_gives_instead_of_a_denial_are_addresses() -> None:
    with pytest.raises(ValueError, match="nxdomain_rewrite"):
        Resolver(nxdomain_rewrite=("nowhere",))


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "fe80::1", "224.0.0.1"])  # noqa: S104 - refused here
def test_no_fingerprint_is_the_address_of_no_machine(address: str) -> None:
    with pytest.raises(ValueError, match="not the address of any one machine"):
        Host(name="page", addresses=(address,), is_fingerprint=True)


@pytest.mark.parametrize("asn", [1, 15_169, 65_535, 65_552, 4_294_967_295])
def test_numbers_of_real_networks_are_refused(asn: int) -> None:
    with pytest.raises(ValueError, match=f"asn: {asn}"):
        Host(name="web", addresses=("203.0.113.9",), asn=asn)
    with pytest.raises(ValueError, match=f"asn: {asn}"):
        Network(name="a1", asn=asn, resolver="dns", client=("192.0.2.2",))


@pytest.mark.parametrize("part", [Notice, Portal, Resolver])
@pytest.mark.parametrize("name", ["bad name", "www.google.com", "..x.example"])
def test_names_of_services_are_names_of_the_lab(part: type[Notice | Portal | Resolver], name: str) -> None:
    assert part(name="page.lab.example").name == "page.lab.example"
    with pytest.raises(ValueError, match="name: "):
        part(name=name)
