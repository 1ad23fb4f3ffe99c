"""The places of a world as network namespaces, each with one wire to the router and no other way out."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel.namespaces import Namespace, network_number
from trigpoint.lab.fabrics.kernel.netlink import Netlink
from trigpoint.lab.fabrics.kernel.tun import DEVICE, Tun
from trigpoint.lab.fabrics.kernel.veth import Veth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.lab.fabrics.kernel.wire import Wire

Wiring = Literal["tun", "veth"]
"""What wires are."""


class Place:
    """One place: a namespace, and the router's end of its wire."""

    def __init__(self, namespace: Namespace, wire: Wire) -> None:
        """Take both."""
        self.namespace = namespace
        self.wire = wire

    def close(self) -> None:
        """Cut the wire, and let go of the namespace."""
        self.wire.close()
        self.namespace.close()


def wiring() -> Wiring:
    """Choose what wires are here: TUN, where its device may be opened."""
    return "tun" if os.access(DEVICE, os.R_OK | os.W_OK) else "veth"


def build(places: Mapping[str, Sequence[str]], kind: Wiring, machine: int) -> dict[str, Place]:
    """Build all places.

    Args:
        places: names, and the addresses of each; the first of a family is the one that programs come from.
        kind: what wires are.
        machine: number of the machine's own network namespace, in which nothing is ever touched.

    Raises:
        LabError: this thread is in the machine's own network namespace.
        OSError: the kernel does not allow something.

    """
    _refuse(machine)
    with ExitStack() as undo:
        router = Namespace()
        undo.callback(router.close)
        built = {}
        for number, (name, addresses) in enumerate(places.items()):
            place = _place(f"lab{number}", addresses, router if kind == "veth" else None, machine)
            undo.callback(place.close)
            built[name] = place
        undo.pop_all()
        router.close()  # the sockets in it keep it
    return built


def _place(interface: str, addresses: Sequence[str], router: Namespace | None, machine: int) -> Place:
    namespace = Namespace()
    wire: Wire | None = None
    try:
        with namespace.inside(), Netlink() as netlink:
            _refuse(machine)
            netlink.set_up("lo")
            wire = Veth(interface, netlink, router) if router else Tun(interface, netlink)
            netlink.add_addresses(interface, addresses)
            for first in _firsts(addresses):
                netlink.add_default_route(interface, first)
    except BaseException:
        if wire:
            wire.close()
        namespace.close()
        raise
    return Place(namespace, wire)


def _refuse(machine: int) -> None:
    if network_number() == machine:
        message = "the lab attaches only to interfaces that it made, in namespaces of its own; this one is the machine's"
        raise LabError(message)


def _firsts(addresses: Sequence[str]) -> list[str]:
    """Give the first address of each family.

    >>> _firsts(["192.0.2.1", "192.0.2.2", "2001:db8::1"])
    ['192.0.2.1', '2001:db8::1']
    """
    families: dict[bool, str] = {}
    for address in addresses:
        families.setdefault(":" in address, address)
    return list(families.values())
