"""What stands where a program expects a socket: its ends, its options, and no file descriptor."""

from __future__ import annotations

import errno
import os
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.virtual.endpoints import SocketAddress

DEFAULT_TTL = 64
"""Time to live of packets, unless a program sets another."""
IP_RECVERR, IPV6_RECVERR = 11, 25
"""Options of Linux by which a socket asks for every ICMP error; the ``socket`` module does not name them."""
TTL_OPTIONS = {
    socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TTL),
    socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS),
}
"""The options that set the time to live, by family."""
_RECVERR_OPTIONS = {(socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)}
_LINGER = struct.Struct("ii")
_LARGEST_TTL = 255


class VirtualSocket:
    """The ``socket`` of a transport's ``get_extra_info``. Options are kept; those of TTL, errors and linger work.

    Args:
        family: of its addresses.
        kind: ``SOCK_STREAM`` or ``SOCK_DGRAM``.

    """

    def __init__(self, family: int, kind: int) -> None:
        self.family = socket.AddressFamily(family)
        self.type = socket.SocketKind(kind)
        self.proto = socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else socket.IPPROTO_UDP
        self._options: dict[tuple[int, int], int | bytes] = {}

    def getsockname(self) -> SocketAddress:
        """Give the local end."""
        raise NotImplementedError

    def getpeername(self) -> SocketAddress:
        """Give the remote end.

        Raises:
            OSError: there is none.

        """
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        """Set an option.

        Raises:
            OSError: a TTL is not one of 1 to 255.

        """
        if (level, option) in TTL_OPTIONS.values():
            number = value if isinstance(value, int) else int.from_bytes(value, "little")
            if not 1 <= number <= _LARGEST_TTL:
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            value = number
        self._options[level, option] = value

    def getsockopt(self, level: int, option: int, size: int = 0) -> int | bytes:
        """Give an option as it was set, 0 if it was not; with ``size`` as bytes."""
        usual = DEFAULT_TTL if (level, option) in TTL_OPTIONS.values() else 0
        value = self._options.get((level, option), usual)
        if not size:
            return value
        return value if isinstance(value, bytes) else value.to_bytes(size, "little")

    @property
    def wants_every_error(self) -> bool:
        """Whether soft ICMP errors are told too."""
        return any(self._options.get(option) for option in _RECVERR_OPTIONS)

    @property
    def resets_on_close(self) -> bool:
        """Whether closing is a reset (``SO_LINGER`` of 0 seconds)."""
        value = self._options.get((socket.SOL_SOCKET, socket.SO_LINGER))
        return isinstance(value, bytes) and value == _LINGER.pack(1, 0)

    def ttl(self, address: bytes) -> int:
        """Give the time to live of what is sent to an address: IPv4 has its own, also in an IPv6 socket."""
        family = socket.AF_INET if len(address) == 4 else socket.AF_INET6  # noqa: PLR2004 - bytes of an IPv4 address
        value = self._options.get(TTL_OPTIONS[family], DEFAULT_TTL)
        return value if isinstance(value, int) else DEFAULT_TTL

    def fileno(self) -> int:
        """Say that there is no file descriptor."""
        return -1

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as a socket has it
        """Do nothing: it never blocks."""

    def gettimeout(self) -> float:
        """Say that it never blocks."""
        return 0.0
