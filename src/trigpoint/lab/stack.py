"""What a fabric gives to the programs of a host: its sockets, as asyncio has them. They use nothing else.

One program therefore runs on real kernel sockets and in virtual time. Time is ``asyncio.get_running_loop().time()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

    from trigpoint.net.serve.running import Address

Anything = TypeVar("Anything", bound="asyncio.BaseProtocol")


class Stack(Protocol):
    """The sockets of one place: of a client, or of a host."""

    async def listen(
        self, protocol: Callable[[], asyncio.Protocol], local: Address, *, tls: ssl.SSLContext | None = None
    ) -> asyncio.AbstractServer:
        """Accept TCP connections at an address of the place.

        Raises:
            OSError: the address is not its own, or in use.

        """
        ...

    async def bind(self, protocol: Callable[[], asyncio.DatagramProtocol], local: Address) -> asyncio.DatagramTransport:
        """Take UDP datagrams at an address of the place, from everybody; the protocol may answer anybody.

        Raises:
            OSError: as above.

        """
        ...

    async def connect(
        self,
        protocol: Callable[[], Anything],
        remote: Address,
        *,
        local: str = "",
        tls: ssl.SSLContext | None = None,
        server_name: str | None = None,
    ) -> tuple[asyncio.Transport, Anything]:
        """Open a TCP connection, from one of the place's own addresses.

        Args:
            protocol: makes the protocol, as ``loop.create_connection`` has it.
            remote: where to.
            local: the address to come from. Empty: the client's or the host's first of the same family.
            tls: begins TLS at once.
            server_name: what TLS asks for; needed with ``tls``.

        Raises:
            OSError: as a kernel says it: refused, reset, unreachable, timed out.
            ssl.SSLError: the handshake fails.

        """
        ...

    async def datagrams(
        self, protocol: Callable[[], Anything], remote: Address, *, local: str = "", port: int = 0, ttl: int = 0
    ) -> tuple[asyncio.DatagramTransport, Anything]:
        """Open a connected UDP socket: only datagrams of the remote arrive, ICMP errors as ``error_received``.

        Args:
            protocol: makes the protocol.
            remote: where to.
            local: the address to come from. Empty: the client's or the host's first of the same family.
            port: the local port. 0: any.
            ttl: time to live of what is sent. 0: as usual.

        """
        ...

    def original(self, peer: Address, local: Address, transport: str) -> Address | None:
        """Say where a diverted flow was going, None if it was not diverted.

        Args:
            peer: the client, as the diverted-to host sees it.
            local: the address and port at which it came in.
            transport: ``tcp`` or ``udp``.

        """
        ...
