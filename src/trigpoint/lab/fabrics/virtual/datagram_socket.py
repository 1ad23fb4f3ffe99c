"""A UDP port in its host."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.virtual.endpoints import ANY4, ANY6, endpoint, socket_address
from trigpoint.lab.fabrics.virtual.sockets import VirtualSocket
from trigpoint.net.packets import Endpoint, IpFields, udp

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.fabrics.virtual.endpoints import SocketAddress
    from trigpoint.lab.fabrics.virtual.host import Host
    from trigpoint.lab.fabrics.virtual.icmp import Trouble

_MOST_BYTES = {4: 65_507, 16: 65_487}  # of a datagram: 65,535 less the headers; a packet carries it whole


class DatagramSocket(VirtualSocket):
    """A port and whoever watches it. An IPv6 socket at every address takes IPv4 too, as in Linux.

    Args:
        host: where it lives.
        family: of its addresses.
        local: its address and port; port 0 for any.

    Raises:
        OSError: the address is not the host's own, or the port is in use.

    """

    def __init__(self, host: Host, family: int, local: Endpoint) -> None:
        super().__init__(family, socket.SOCK_DGRAM)
        self.remote: Endpoint | None = None
        self.on_datagram: Callable[[bytes, SocketAddress], None] | None = None
        self.on_error: Callable[[OSError], None] | None = None
        self.on_abandon: Callable[[], None] = self.close
        self._host = host
        address, port = local
        host.check_local(address)
        self._addresses = (ANY4, ANY6) if address == ANY6 else (address,)
        port = port or host.free_port(lambda number: not any(self._is_taken(each, number) for each in self._addresses))
        for each in self._addresses:
            host.check_free((each, port), host.datagrams)
        host.datagrams.update({(each, port): self for each in self._addresses})
        self._local = address, port

    def _is_taken(self, address: bytes, port: int) -> bool:
        return any((each, port) in self._host.datagrams for each in (address, ANY4, ANY6))

    def connect(self, remote: Endpoint) -> None:
        """Talk with one only."""
        self.remote = remote

    def getsockname(self) -> SocketAddress:
        """Give the local end."""
        return socket_address(self._local, self.family)

    def getpeername(self) -> SocketAddress:
        """Give the remote end.

        Raises:
            OSError: there is none.

        """
        return socket_address(self.remote, self.family) if self.remote else super().getpeername()

    def send(self, data: bytes, address: SocketAddress | None) -> None:
        """Send a datagram, in one packet however large it is.

        Raises:
            OSError: it is too large, or there is nobody to send it to, or no way.

        """
        remote = endpoint(address) if address else self.remote
        if remote is None:
            raise OSError(errno.EDESTADDRREQ, os.strerror(errno.EDESTADDRREQ))
        source = self._local[0]
        if source in {ANY4, ANY6}:
            source = self._host.source_for(remote[0])
        if len(source) != len(remote[0]):
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        if len(data) > _MOST_BYTES[len(source)]:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        self._host.send(udp((source, self._local[1]), remote, data, IpFields(self.ttl(source))))

    def datagram_received(self, data: bytes, source: Endpoint) -> None:
        """Take a datagram."""
        if self.on_datagram:
            self.on_datagram(data, socket_address(source, self.family))

    def trouble_received(self, trouble: Trouble) -> None:
        """Take an ICMP error: told to a connected socket where it is hard, or was asked for (``__udp4_lib_err``)."""
        is_ours = self.remote == trouble.remote or (self.remote is None and self.wants_every_error)
        if is_ours and (trouble.is_hard or self.wants_every_error) and self.on_error:
            self.on_error(OSError(trouble.error, os.strerror(trouble.error)))

    def abandon(self) -> None:
        """End, and tell who uses it."""
        self.on_abandon()

    def close(self) -> None:
        """Free the port."""
        self.on_datagram = self.on_error = None
        for each in self._addresses:
            self._host.datagrams.pop((each, self._local[1]), None)
