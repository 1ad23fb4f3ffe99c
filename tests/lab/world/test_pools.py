"""Lies lead to nobody, or to a host that stands for somebody on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from trigpoint.errors import InputError
from trigpoint.lab.engine.lies import Lie, ResolverLie
from trigpoint.lab.engine.names import Names
from trigpoint.lab.world.load import load
from trigpoint.lab.world.place import Host, Resolver
from trigpoint.lab.world.pools import check_pools

if TYPE_CHECKING:
    from trigpoint.lab.world.world import World

OPEN = load("open")
PAGE = Host(name="page", addresses=("195.175.254.2", "2620:fe::"), is_fingerprint=True)


def lying(lie: dict[str, Any], *hosts: Host) -> World:
    entry = {"id": "dns", "behaviour": "dns_injection", "injectors": [{"lie": lie}]}
    return msgspec.structs.replace(OPEN, censors=(entry,), hosts=(*OPEN.hosts, *hosts))


@pytest.mark.parametrize(
    "lie",
    [
        {"pool": ["8.8.8.8"]},
        {"pool": ["10.0.0.1", "2620:fe::"]},
        {"pool": ["9.255.255.250-10.0.0.0"]},
        {"pool_prefix_v6": "2620::/16"},
    ],
)
def test_a_lie_that_leads_to_the_internet_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"^censor 'dns': pool.*: .* in use on the Internet"):
        check_pools(lying(lie))


@pytest.mark.parametrize(
    "lie",
    [
        {"pool": ["10.10.34.36", "127.0.0.1", "d0::11", "203.0.113.9", "198.19.0.0-198.19.2.87"]},
        {"pool_prefix_v6": "2001::/32"},
        {},
    ],
)
def test_bogons_and_reserved_addresses_may_be_told(lie: dict[str, Any]) -> None:
    check_pools(lying(lie))


def test_a_fingerprint_may_be_told_where_a_host_has_it() -> None:
    check_pools(lying({"pool": ["195.175.254.2", "2620:fe::"]}, PAGE))


@pytest.mark.parametrize(
    "resolver",
    [Resolver(nxdomain_rewrite=("8.8.8.8",)), Resolver(lies=(ResolverLie(names=Names(), lie=Lie(pool=("8.8.8.8",))),))],
)
def test_resolvers_are_held_to_it_too(resolver: Resolver) -> None:
    liar = Host(name="liar", addresses=("192.0.2.99",), resolver=resolver)
    with pytest.raises(InputError, match=r"^host 'liar': .*8\.8\.8\.8"):
        check_pools(msgspec.structs.replace(OPEN, hosts=(*OPEN.hosts, liar)))
