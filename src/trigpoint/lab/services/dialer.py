"""The sockets of a host, as network acts want them."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from trigpoint.lab.stack import Stack
    from trigpoint.net.dial.dialer import Anything
    from trigpoint.net.serve.running import Address


class StackDialer:
    """A dialer (:class:`trigpoint.net.dial.dialer.Dialer`) of one place.

    Args:
        stack: its sockets.

    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def create_connection(
        self, protocol_factory: Callable[[], Anything], host: str, port: int, *, local_addr: Address | None = None
    ) -> tuple[asyncio.Transport, Anything]:
        """Open a TCP connection; a local port is for the stack to choose."""
        return await self._stack.connect(protocol_factory, (host, port), local=local_addr[0] if local_addr else "")

    async def create_datagram_endpoint(
        self,
        protocol_factory: Callable[[], Anything],
        local_addr: Address | None = None,
        remote_addr: Address | None = None,
    ) -> tuple[asyncio.DatagramTransport, Anything]:
        """Open a UDP socket that is connected."""
        if remote_addr is None:
            message = "a host of the lab asks somebody, or nobody"
            raise ValueError(message)
        local, port = local_addr or ("", 0)
        return await self._stack.datagrams(protocol_factory, remote_addr, local=local, port=port)

    async def getaddrinfo(
        self,
        host: str | bytes,
        port: int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's name
        flags: int = 0,
    ) -> NoReturn:
        """Know no name: hosts of the lab have no resolver of the system.

        Raises:
            socket.gaierror: always.

        """
        del port, family, type, flags
        raise socket.gaierror(socket.EAI_FAIL, f"no resolver of the system knows {host!r}")
