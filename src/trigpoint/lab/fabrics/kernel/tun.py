"""A wire that is a TUN device: whole IP packets, no hardware addresses (Documentation/networking/tuntap.rst)."""

from __future__ import annotations

import fcntl
import os
import struct
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.kernel.wire import LARGEST, MTU, QUEUE

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.kernel.netlink import Netlink

DEVICE = "/dev/net/tun"
_SET_INTERFACE = 0x400454CA  # TUNSETIFF
_SET_PERSISTENT = 0x400454CB  # TUNSETPERSIST
_PLAIN = 0x0001 | 0x1000  # IFF_TUN, IFF_NO_PI


class Tun:
    """An interface in the network namespace in which it was made.

    It goes with the namespace, in the kernel's own time: closing a device that does not persist waits for that.
    """

    def __init__(self, name: str, netlink: Netlink) -> None:
        """Make it and raise it.

        Raises:
            OSError: the device cannot be opened, or the kernel does not allow it.

        """
        self.descriptor = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.ioctl(self.descriptor, _SET_INTERFACE, struct.pack("16sH22x", name.encode(), _PLAIN))
            fcntl.ioctl(self.descriptor, _SET_PERSISTENT, 1)
            netlink.set_up(name, mtu=MTU, queue=QUEUE)
        except OSError:
            self.close()
            raise

    def read(self) -> bytes | None:
        """See :meth:`Wire.read`."""
        try:
            return os.read(self.descriptor, LARGEST)
        except BlockingIOError:
            return None

    def write(self, packet: bytes) -> None:
        """See :meth:`Wire.write`."""
        os.write(self.descriptor, packet)

    def close(self) -> None:
        """See :meth:`Wire.close`."""
        os.close(self.descriptor)
