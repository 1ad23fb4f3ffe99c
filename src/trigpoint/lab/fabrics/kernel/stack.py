"""A stack on kernel sockets, wherever they are made: here, or by the lab's process for another one."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from trigpoint.lab.fabrics.kernel.sockets import BACKLOG, Wanted

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from trigpoint.lab.stack import Anything
    from trigpoint.net.serve.running import Address

_ERROR_QUEUE = 0x2000  # MSG_ERRQUEUE of linux/socket.h


class KernelStack:
    """The sockets of one place: see :class:`trigpoint.lab.stack.Stack`.

    Args:
        make: makes a socket of the place, bound and connecting as wanted.
        original: as :meth:`original`.

    """

    def __init__(
        self,
        make: Callable[[Wanted], Awaitable[socket.socket]],
        original: Callable[[Address, Address, str], Address | None],
    ) -> None:
        self._make = make
        self._original = original

    async def listen(
        self, protocol: Callable[[], asyncio.Protocol], local: Address, *, tls: ssl.SSLContext | None = None
    ) -> asyncio.AbstractServer:
        """Accept TCP connections."""
        made = await self._make(Wanted("listen", local))
        return await asyncio.get_running_loop().create_server(protocol, sock=made, ssl=tls, backlog=BACKLOG)

    async def bind(self, protocol: Callable[[], asyncio.DatagramProtocol], local: Address) -> asyncio.DatagramTransport:
        """Take UDP datagrams from everybody."""
        made = await self._make(Wanted("bind", local))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(protocol, sock=made)
        return transport

    async def connect(
        self,
        protocol: Callable[[], Anything],
        remote: Address,
        *,
        local: str = "",
        tls: ssl.SSLContext | None = None,
        server_name: str | None = None,
    ) -> tuple[asyncio.Transport, Anything]:
        """Open a TCP connection."""
        made = await self._make(Wanted("connect", (local, 0), remote))
        try:
            await _connected(made)
        except BaseException:
            made.close()
            raise
        return await asyncio.get_running_loop().create_connection(
            protocol, sock=made, ssl=tls, server_hostname=server_name
        )

    async def datagrams(
        self, protocol: Callable[[], Anything], remote: Address, *, local: str = "", port: int = 0, ttl: int = 0
    ) -> tuple[asyncio.DatagramTransport, Anything]:
        """Open a connected UDP socket."""
        made = await self._make(Wanted("datagrams", (local, port), remote, ttl))
        inner = protocol()
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Draining(inner, made), sock=made
        )
        return transport, inner

    def original(self, peer: Address, local: Address, transport: str) -> Address | None:
        """Say where a diverted flow was going."""
        return self._original(peer, local, transport)


class _Draining(asyncio.DatagramProtocol):
    """Empties the queue of ICMP errors: as long as one waits, the kernel wakes the loop for it."""

    def __init__(self, inner: Any, made: socket.socket) -> None:  # noqa: ANN401 - any protocol
        self._inner = inner
        self._socket = made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ANN401 - as asyncio has it
        self._inner.datagram_received(data, addr)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def error_received(self, exc: Exception) -> None:
        with suppress(OSError):
            while True:
                self._socket.recvmsg(0, 0, _ERROR_QUEUE)
        self._inner.error_received(exc)


def settle(future: asyncio.Future[None]) -> None:
    """Let those go on who wait for something to be ready."""
    if not future.done():
        future.set_result(None)


async def _connected(made: socket.socket) -> None:
    """Wait until a connection that is on its way has come about.

    Raises:
        OSError: it has not.

    """
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(made.fileno(), settle, ready)
    try:
        await ready
    finally:
        loop.remove_writer(made.fileno())
    code = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))
