"""Small worlds for the tests of fabrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.lab.world.world import World, check

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT, CLIENT6 = "192.0.2.2", "2001:db8:a1::2"
OTHER_CLIENT = "192.0.2.130"
RESOLVER = "192.0.2.53"
WEB, WEB6 = "203.0.113.10", "2001:db8:80::10"
AUTHORITY = "198.51.100.53"
CONTROL = "198.18.0.2"
MIDDLE = "192.0.2.60"

HOSTS: tuple[dict[str, Any], ...] = (
    {"name": "isp-dns", "network": "a1", "hop": 1, "addresses": [RESOLVER, "2001:db8:a1::53"], "resolver": {}},
    {"name": "middle", "network": "a1", "hop": 3, "addresses": [MIDDLE]},
    {"name": "authority", "addresses": [AUTHORITY, "2001:db8:53::1"], "authority": True},
    {"name": "web", "addresses": [WEB, WEB6]},
    {"name": "control", "addresses": [CONTROL, "2001:db8:c::2"], "role": "control"},
)
NETWORK: Mapping[str, Any] = {
    "name": "a1",
    "asn": 64501,
    "client": [CLIENT, CLIENT6],
    "resolver": "isp-dns",
    "hops": 8,
    "border": 5,
    "link": {"delay_ms": 2},
    "inside_ms": 8,
    "outside_ms": 30,
}
SITES: tuple[dict[str, Any], ...] = (
    {"name": "blocked.example", "hosts": ["web"], "schemes": ["http", "https", "h3"]},
    {"name": "free.example", "hosts": ["web"], "schemes": ["http", "https", "h3"]},
)


def world(*censors: Mapping[str, Any], network: Mapping[str, Any] | None = None, **values: Any) -> World:
    """Make a world of one network, and a second one beside it, with the given censors on the first."""
    tables = {
        "name": "test",
        "title": "test",
        "meaning": "test",
        "country": "XA",
        "network": [
            {**NETWORK, **(network or {})},
            {**NETWORK, "name": "a2", "asn": 64502, "client": [OTHER_CLIENT]},
        ],
        "host": HOSTS,
        "site": SITES,
        "censor": [{"id": f"c{number}", "networks": ["a1"], **censor} for number, censor in enumerate(censors)],
        **values,
    }
    made = msgspec.convert(tables, World)
    check(made)
    return made
