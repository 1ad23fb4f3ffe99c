"""The transport between a UDP port and an asyncio protocol."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from trigpoint.lab.fabrics.virtual.notices import Notices, as_bytes

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.virtual.datagram_socket import DatagramSocket
    from trigpoint.lab.fabrics.virtual.endpoints import SocketAddress


class DatagramTransport(asyncio.DatagramTransport):
    """A UDP port as asyncio sees it. Nothing waits to be sent, so the protocol never pauses.

    Args:
        loop: which.
        socket: the port.
        protocol: who takes what comes.
        waiter: is done once the protocol knows of the transport.

    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        socket: DatagramSocket,
        protocol: asyncio.DatagramProtocol,
        waiter: asyncio.Future[None],
    ) -> None:
        extra: dict[str, Any] = {"socket": socket, "sockname": socket.getsockname()}
        if socket.remote:
            extra["peername"] = socket.getpeername()
        super().__init__(extra)
        self._socket = socket
        self._protocol = protocol
        self._soon = (notices := Notices(loop)).soon
        self._is_closing = False
        socket.on_abandon = self.close
        notices.begin(protocol.connection_made, self, self._start, waiter)

    def _start(self) -> None:
        if not self._is_closing:
            self._socket.on_datagram = lambda data, source: self._soon(self._received, data, source)
            self._socket.on_error = lambda error: self._soon(self._failed, error)

    def _received(self, data: bytes, source: SocketAddress) -> None:
        if not self._is_closing:
            self._protocol.datagram_received(data, source)

    def _failed(self, error: OSError) -> None:
        if not self._is_closing:
            self._protocol.error_received(error)

    def sendto(  # type: ignore[override]  # to addresses of IP only
        self, data: bytes | bytearray | memoryview, addr: SocketAddress | None = None
    ) -> None:
        """Send a datagram; what prevents it is told to the protocol.

        Raises:
            TypeError: these are no bytes.
            ValueError: the address is not the one to which it is connected.

        """
        datagram = as_bytes(data)
        peer = self.get_extra_info("peername")
        if peer and addr and tuple(addr) != tuple(peer):
            message = f"Invalid address: must be None or {peer}"
            raise ValueError(message)
        if self._is_closing:
            return
        try:
            self._socket.send(datagram, addr)
        except OSError as error:
            self._protocol.error_received(error)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand over to another protocol."""
        self._protocol = protocol  # type: ignore[assignment]  # the caller knows

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Give the protocol."""
        return self._protocol

    def is_closing(self) -> bool:
        """Tell whether it is closed."""
        return self._is_closing

    def get_write_buffer_size(self) -> int:
        """Say that nothing waits."""
        return 0

    def close(self) -> None:
        """Free the port."""
        if not self._is_closing:
            self._is_closing = True
            self._socket.close()
            self._soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """Free the port."""
        self.close()
