"""Programs ask the resolver of their own network."""

from __future__ import annotations

from tests.lab.fabrics.worlds import HOSTS, world
from trigpoint.lab.fabrics.kernel.internet import resolver_addresses


def test_each_network_has_its_resolver_and_the_rest_one_outside() -> None:
    public = {"name": "public", "addresses": ["198.51.100.8"], "resolver": {}}
    addresses = resolver_addresses(world(host=[*HOSTS, public]))
    own = ("192.0.2.53", "2001:db8:a1::53")
    assert addresses == {"": ("198.51.100.8",), "a1": own, "a2": own}
    assert resolver_addresses(world())[""] == ()
