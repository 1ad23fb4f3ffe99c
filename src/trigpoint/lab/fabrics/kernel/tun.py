"""Wires that are TUN devices: whole IP packets, no hardware addresses (Documentation/networking/tuntap.rst)."""

from __future__ import annotations

import fcntl
import os
import struct
from functools import partial
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel.wire import LARGEST, MTU, QUEUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.fabrics.kernel.netlink import Netlink

DEVICE = "/dev/net/tun"
_SET_INTERFACE, _SET_PERSISTENT = 0x400454CA, 0x400454CB  # TUNSETIFF, TUNSETPERSIST
_PLAIN = 0x0001 | 0x1000  # IFF_TUN, IFF_NO_PI


class TunWires:
    """One device for each place."""

    def __init__(self) -> None:
        self.readers: dict[int, Callable[[], bytes | None]] = {}
        self.writers: dict[str, Callable[[bytes], object]] = {}

    def add(self, place: str, interface: str, netlink: Netlink) -> None:
        """See :meth:`Wires.add`."""
        descriptor = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.readers[descriptor] = partial(_read, descriptor)
        self.writers[place] = partial(os.write, descriptor)
        fcntl.ioctl(descriptor, _SET_INTERFACE, struct.pack("16sH22x", interface.encode(), _PLAIN))
        # It then goes with its namespace, in the kernel's own time; else closing it would wait for that.
        fcntl.ioctl(descriptor, _SET_PERSISTENT, 1)
        netlink.set_up(interface, mtu=MTU, queue=QUEUE)

    def close(self) -> None:
        """See :meth:`Wires.close`."""
        for descriptor in self.readers:
            os.close(descriptor)
        self.readers.clear()
        self.writers.clear()


def _read(descriptor: int) -> bytes | None:
    try:
        return os.read(descriptor, LARGEST)
    except BlockingIOError:
        return None
