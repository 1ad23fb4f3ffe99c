"""Who listens for TCP connections: what ``loop.create_server`` gives."""

from __future__ import annotations

import asyncio
import contextvars
import socket
from typing import TYPE_CHECKING, Any

from trigpoint.lab.fabrics.virtual.endpoints import family_of, socket_address
from trigpoint.lab.fabrics.virtual.sockets import VirtualSocket
from trigpoint.lab.fabrics.virtual.stream_socket import StreamSocket
from trigpoint.lab.fabrics.virtual.tcp.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trigpoint.lab.fabrics.virtual.endpoints import SocketAddress
    from trigpoint.lab.fabrics.virtual.host import Host
    from trigpoint.lab.fabrics.virtual.tcp.core import Ends
    from trigpoint.net.packets import Endpoint, Packet


class ListeningSocket(VirtualSocket):
    """A port at which connections are accepted."""

    def __init__(self, local: Endpoint) -> None:
        super().__init__(family_of(local[0]), socket.SOCK_STREAM)
        self.local = local

    def getsockname(self) -> SocketAddress:
        """Give the local end."""
        return socket_address(self.local, self.family)


class Server(asyncio.AbstractServer):
    """Listens at endpoints of a host. Protocols live in the context in which it was made.

    Args:
        loop: which.
        host: where.
        endpoints: where it listens.
        attach: makes transport and protocol of an open connection.

    Raises:
        OSError: an endpoint is not the host's, or in use.

    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        host: Host,
        endpoints: Sequence[Endpoint],
        attach: Callable[[StreamSocket], object],
    ) -> None:
        for end in endpoints:
            host.check_local(end[0])
            host.check_free(end, host.listeners)
        self._loop = loop
        self._host = host
        self._attach = attach
        self._context = contextvars.copy_context()
        self._is_serving = self._is_closed = False
        self._forever: asyncio.Future[None] | None = None
        self.sockets: tuple[ListeningSocket, ...] = tuple(ListeningSocket(end) for end in endpoints)
        """Where it listens; nothing once it is closed."""

    def listen(self) -> None:
        """Begin to accept."""
        if not self._is_serving:
            self._is_serving = True
            self._host.listeners.update({each.local: self._accept for each in self.sockets})

    def _accept(self, ends: Ends, syn: Packet) -> None:
        accepted = StreamSocket(self._loop, self._host, ends)
        accepted.watcher = lambda: self._look(accepted)
        accepted.accept(syn)

    def _look(self, accepted: StreamSocket) -> None:
        if not self._is_serving:
            accepted.abort()
        elif accepted.connection.is_open:
            accepted.watcher = None
            self._loop.call_soon(self._begin, accepted, context=self._context)
        elif accepted.connection.state is State.CLOSED:
            accepted.watcher = None

    def _begin(self, accepted: StreamSocket) -> None:
        try:
            self._attach(accepted)
        except Exception as error:  # noqa: BLE001 - one connection that fails must not end the others
            accepted.abort()
            context: dict[str, Any] = {"message": "Error on transport creation for incoming connection"}
            self._loop.call_exception_handler(context | {"exception": error})

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Give the loop."""
        return self._loop

    def is_serving(self) -> bool:
        """Tell whether it accepts."""
        return self._is_serving

    async def start_serving(self) -> None:
        """Begin to accept."""
        self.listen()

    async def serve_forever(self) -> None:
        """Accept until this is cancelled.

        Raises:
            RuntimeError: it is closed, or somebody does this already.

        """
        if self._is_closed or self._forever:
            message = f"server {self!r} is {'closed' if self._is_closed else 'already being awaited on'}"
            raise RuntimeError(message)
        self.listen()
        self._forever = self._loop.create_future()
        try:
            await self._forever
        finally:
            self._forever = None
            self.close()

    def close(self) -> None:
        """Accept no more; connections that are open stay."""
        if self._is_closed:
            return
        if self._is_serving:
            for each in self.sockets:
                self._host.listeners.pop(each.local, None)
        self._is_serving, self._is_closed, self.sockets = False, True, ()
        if self._forever and not self._forever.done():
            self._forever.cancel()

    async def wait_closed(self) -> None:
        """Return at once: nothing remains to be waited for."""
