"""The places of a world as network namespaces, each with one wire to the router and no other way out."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel.namespaces import Namespace, network_number
from trigpoint.lab.fabrics.kernel.netlink import Netlink
from trigpoint.lab.fabrics.kernel.tun import DEVICE, TunWires
from trigpoint.lab.fabrics.kernel.veth import VethWires

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trigpoint.lab.fabrics.kernel.wire import Wires

Wiring = Literal["tun", "veth"]
"""What wires are."""


class Places:
    """All places of a lab.

    Args:
        places: names, and the addresses of each; the first of a family is the one that programs come from.
        machine: number of the machine's own network namespace, in which nothing is ever touched.
        wiring: what wires are. Empty: the better that this machine has.

    Raises:
        LabError: this thread is in the machine's own network namespace.
        OSError: the kernel does not allow something.

    """

    def __init__(self, places: Mapping[str, Sequence[str]], machine: int, wiring: Wiring | Literal[""] = "") -> None:
        refuse_machine(machine)
        self.wiring: Wiring = wiring or chosen_wiring()
        """What wires are."""
        self.namespaces: dict[str, Namespace] = {}
        """By place."""
        with ExitStack() as undo:
            self.wires: Wires = TunWires() if self.wiring == "tun" else VethWires()
            """To all of them."""
            undo.callback(self.wires.close)
            for number, (name, addresses) in enumerate(places.items()):
                namespace = self.namespaces[name] = Namespace()
                undo.callback(namespace.close)
                with namespace.inside(), Netlink() as netlink:
                    refuse_machine(machine)
                    self._furnish(name, f"lab{number}", addresses, netlink)
            self._undo = undo.pop_all()

    def close(self) -> None:
        """Cut the wires, and let go of the namespaces."""
        self._undo.close()

    def _furnish(self, name: str, interface: str, addresses: Sequence[str], netlink: Netlink) -> None:
        netlink.set_up("lo")
        self.wires.add(name, interface, netlink)
        netlink.add_addresses(interface, addresses)
        for first in firsts(addresses).values():
            netlink.add_default_route(interface, first)


def chosen_wiring() -> Wiring:
    """Choose what wires are here: TUN, where its device may be opened."""
    return "tun" if os.access(DEVICE, os.R_OK | os.W_OK) else "veth"


def refuse_machine(machine: int) -> None:
    """Refuse to work in the machine's own network namespace.

    Raises:
        LabError: this thread is there.

    """
    if network_number() == machine:
        message = "the lab attaches only to interfaces that it made, in namespaces of its own, not to the machine's"
        raise LabError(message)


def firsts(addresses: Sequence[str]) -> dict[bool, str]:
    """Give the first address of each family; the key tells whether it is IPv6.

    >>> firsts(["192.0.2.1", "192.0.2.2", "2001:db8::1"])
    {False: '192.0.2.1', True: '2001:db8::1'}
    """
    found: dict[bool, str] = {}
    for address in addresses:
        found.setdefault(":" in address, address)
    return found
