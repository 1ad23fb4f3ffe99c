"""The sockets of one place: :class:`trigpoint.lab.stack.Stack` on the virtual loop."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics.virtual.endpoints import endpoint, family_of
from trigpoint.lab.fabrics.virtual.sockets import IP_RECVERR, TTL_OPTIONS

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable, Sequence

    from trigpoint.lab.fabrics.virtual.loop import VirtualLoop
    from trigpoint.lab.stack import Anything
    from trigpoint.net.serve.running import Address


class VirtualStack:
    """The sockets of one place; what is started through them stays there.

    Args:
        loop: whose hosts.
        place: which.
        addresses: where it talks from, the first of each family, unless it says otherwise. None: the place's first.

    Raises:
        KeyError: there is no such place.

    """

    def __init__(self, loop: VirtualLoop, place: str, addresses: Sequence[str] = ()) -> None:
        self._loop = loop
        self._place = place
        self._own = {":" in address: address for address in reversed(addresses)}
        with loop.internet.at(place):
            """It exists."""

    async def listen(
        self, protocol: Callable[[], asyncio.Protocol], local: Address, *, tls: ssl.SSLContext | None = None
    ) -> asyncio.AbstractServer:
        """Accept TCP connections: see :meth:`Stack.listen`."""
        with self._loop.internet.at(self._place):
            return await self._loop.create_server(protocol, local[0], local[1], ssl=tls)

    async def bind(self, protocol: Callable[[], asyncio.DatagramProtocol], local: Address) -> asyncio.DatagramTransport:
        """Take UDP datagrams from everybody: see :meth:`Stack.bind`."""
        with self._loop.internet.at(self._place):
            transport, _ = await self._loop.create_datagram_endpoint(protocol, local_addr=local)
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
        """Open a TCP connection: see :meth:`Stack.connect`."""
        local = local or self._own.get(":" in remote[0], "")
        with self._loop.internet.at(self._place):
            return await self._loop.create_connection(
                protocol,
                remote[0],
                remote[1],
                ssl=tls,
                server_hostname=server_name if tls else None,
                local_addr=(local, 0) if local else None,
            )

    async def datagrams(
        self, protocol: Callable[[], Anything], remote: Address, *, local: str = "", port: int = 0, ttl: int = 0
    ) -> tuple[asyncio.DatagramTransport, Anything]:
        """Open a connected UDP socket: see :meth:`Stack.datagrams`."""
        local = local or self._own.get(":" in remote[0], "")
        with self._loop.internet.at(self._place):
            source = local or ("::" if ":" in remote[0] else "0.0.0.0") if port or local else ""  # noqa: S104 - in memory
            transport, made = await self._loop.create_datagram_endpoint(
                protocol, local_addr=(source, port) if source else None, remote_addr=remote
            )
        socket_ = transport.get_extra_info("socket")
        socket_.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        if ttl:
            socket_.setsockopt(*TTL_OPTIONS[family_of(endpoint(remote)[0])], ttl)
        return transport, made

    def original(self, peer: Address, local: Address, transport: str) -> Address | None:
        """Say where a diverted flow was going: see :meth:`Stack.original`."""
        return self._loop.internet.original(peer, local, transport)
