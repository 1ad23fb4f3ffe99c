"""What sockets are opened with: the running loop, or one place of a lab that holds many.

Every asyncio loop is a dialer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

Anything = TypeVar("Anything", bound="asyncio.BaseProtocol")


class Dialer(Protocol):
    """The three doors to the network, with the arguments that acts use, as asyncio's loops have them."""

    async def create_connection(
        self,
        protocol_factory: Callable[[], Anything],
        host: str,
        port: int,
        *,
        local_addr: tuple[str, int] | None = None,
    ) -> tuple[asyncio.Transport, Anything]:
        """Open a TCP connection to an address.

        Raises:
            OSError: as a kernel says it.

        """
        ...

    async def create_datagram_endpoint(
        self,
        protocol_factory: Callable[[], Anything],
        local_addr: tuple[str, int] | None = None,
        remote_addr: tuple[str, int] | None = None,
    ) -> tuple[asyncio.DatagramTransport, Anything]:
        """Open a UDP socket, connected where a remote is given.

        Raises:
            OSError: as a kernel says it.

        """
        ...

    async def getaddrinfo(
        self,
        host: str | bytes,
        port: int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's name
        flags: int = 0,
    ) -> list[tuple[Any, Any, int, str, Any]]:
        """Ask the system's resolver.

        Raises:
            OSError: it has no answer (``socket.gaierror``).

        """
        ...
