"""Addresses that lies give out: nobody's, or those of a host whose addresses are known as fingerprints.

A client goes where a lie leads it. An address of the real Internet is allowed only where a host of the world answers at
it, so that the world says on purpose whom it plays.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import InputError
from trigpoint.lab.engine.pools import texts
from trigpoint.lab.world.reserved import holds_internet, is_of_internet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.lab.world.world import World

_KEYS = {"pool", "portal_addresses", "nxdomain_rewrite"}


def check_pools(world: World) -> None:
    """Refuse lies that lead to the real Internet; the addresses themselves are checked before.

    Raises:
        InputError: there is one; who tells it and the key are named.

    """
    fingerprints = {
        ipaddress.ip_address(address) for host in world.hosts if host.is_fingerprint for address in host.addresses
    }
    parts = [(f"censor {entry['id']!r}", entry) for entry in world.censors]
    parts += [(f"host {host.name!r}", msgspec.to_builtins(host.resolver)) for host in world.hosts if host.resolver]
    for who, part in parts:
        for key, entry in _given(part):
            if key == "pool_prefix_v6":
                if holds_internet(entry):
                    _refuse(f"{who}: {key}: {entry} holds addresses that are in use on the Internet")
                continue
            for address in texts((entry,)):
                if is_of_internet(address) and ipaddress.ip_address(address) not in fingerprints:
                    _refuse(
                        f"{who}: {key}: {address} is in use on the Internet, and no host with `is_fingerprint` has it"
                    )


def _given(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _given(inner, inner_key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _given(inner, key)
    elif isinstance(value, str) and value and key in {*_KEYS, "pool_prefix_v6"}:
        yield key, value


def _refuse(message: str) -> None:
    raise InputError(message)
