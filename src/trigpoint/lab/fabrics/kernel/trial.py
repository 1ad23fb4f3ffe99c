"""``python -m trigpoint.lab.fabrics.kernel.trial``: tries what the kernel fabric needs, for real, and says what failed.

It is a process of its own because nobody who has entered a user namespace comes back.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel import syscalls
from trigpoint.lab.fabrics.kernel.namespaces import Namespace, enter
from trigpoint.lab.fabrics.kernel.netlink import Netlink
from trigpoint.lab.fabrics.kernel.tun import TunWires
from trigpoint.lab.fabrics.kernel.veth import VethWires

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.fabrics.kernel.wire import Wires

_INTERFACE = "lab0"


def trials() -> dict[str, str]:
    """Try everything.

    Returns:
        What was tried, and why it failed; empty where it did not. Nothing is tried that needs what has failed.

    """
    results = {"users": _reason(enter)}
    if results["users"]:
        return results
    results["networks"] = _reason(lambda: Namespace().close())
    if results["networks"]:
        return results
    return results | {
        "tun": _reason(lambda: _lay(TunWires)),
        "veth": _reason(lambda: _lay(VethWires)),
        "ipv6": _reason(lambda: _address("2001:db8::1")),
        "mounts": _reason(_cover),
    }


def _reason(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return ": ".join(filter(None, (error.strerror or str(error), error.filename)))
    return ""


def _lay(make: Callable[[], Wires]) -> None:
    with ExitStack() as undo:
        namespace = Namespace()
        undo.callback(namespace.close)
        wires = make()
        undo.callback(wires.close)
        with namespace.inside(), Netlink() as netlink:
            wires.add("trial", _INTERFACE, netlink)
            netlink.add_addresses(_INTERFACE, ["192.0.2.1"])
            netlink.add_default_route(_INTERFACE, "192.0.2.1")


def _address(address: str) -> None:
    namespace = Namespace()
    try:
        with namespace.inside(), Netlink() as netlink:
            netlink.set_up("lo")
            netlink.add_addresses("lo", [address])
    finally:
        namespace.close()


def _cover() -> None:
    """Lay a file over another, in a mount namespace that ends with this process."""
    syscalls.unshare(syscalls.NEW_MOUNTS)
    target = "/etc/resolv.conf"
    syscalls.bind_over(target if Path(target).exists() else os.devnull, target)


if __name__ == "__main__":
    json.dump(trials(), sys.stdout)
