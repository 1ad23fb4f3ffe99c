"""Everything that servers hold open, so that it can all be closed, and what every accepted connection has."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Result = TypeVar("Result")
Address = tuple[str, int]
"""Address as text, and port."""

_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER of no seconds: closing sends a reset


class Running:
    """The listeners, connections and tasks of some servers."""

    def __init__(self) -> None:
        self._listeners: list[asyncio.AbstractServer] = []
        self._transports: dict[asyncio.BaseTransport, None] = {}  # in order, so that two runs end alike
        self._tasks: dict[asyncio.Task[Any], None] = {}

    @property
    def open(self) -> int:
        """How many transports it holds."""
        return len(self._transports)

    def listens(self, listener: asyncio.AbstractServer) -> None:
        """Keep a listener until the end."""
        self._listeners.append(listener)

    def holds(self, transport: asyncio.BaseTransport) -> None:
        """Keep a transport until it is released."""
        self._transports[transport] = None

    def releases(self, transport: asyncio.BaseTransport) -> None:
        """Forget a transport that is closed."""
        self._transports.pop(transport, None)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin work beside the rest. What the network does to it, such as a reset, ends it without a word."""
        task = self.begin(_quietly(work))
        task.add_done_callback(lambda _: work.close())  # it was never begun, if the task was cancelled at once
        return task

    def begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Begin work whose result somebody waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)
        return task

    async def close(self) -> None:
        """Close everything, and wait until it is closed."""
        for listener in self._listeners:
            listener.close()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for transport in tuple(self._transports):
            transport.abort() if hasattr(transport, "abort") else transport.close()
        for _ in range(3):  # a connection over another needs a turn of the loop for each
            await asyncio.sleep(0)
        for listener in self._listeners:
            await listener.wait_closed()
        self._listeners.clear()
        self._transports.clear()


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    with suppress(OSError):  # ssl.SSLError and asyncio's timeouts are among them
        await work


class Connection(asyncio.Protocol):
    """An accepted TCP connection, or what TLS makes of one: it knows its ends, and when it may write.

    Args:
        running: what it belongs to.

    """

    transport: asyncio.Transport

    def __init__(self, running: Running) -> None:
        self.running = running
        self.is_lost = False
        self._may_write = asyncio.Event()
        self._may_write.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self.transport = transport  # type: ignore[assignment]
        self.running.holds(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter to a server
        """Release everybody who waits to write."""
        self.is_lost = True
        self.running.releases(self.transport)
        self._may_write.set()

    def pause_writing(self) -> None:
        """Stop writers: the buffer is full."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Let writers go on."""
        self._may_write.set()

    async def drained(self) -> None:
        """Wait until there is room to write.

        Raises:
            ConnectionResetError: the connection is lost.

        """
        await self._may_write.wait()
        if self.is_lost:
            raise ConnectionResetError

    @property
    def peer(self) -> Address:
        """The client."""
        return end_of(self.transport, "peername")

    @property
    def local(self) -> Address:
        """The address and port at which it came in."""
        return end_of(self.transport, "sockname")


def end_of(transport: asyncio.BaseTransport, name: str) -> Address:
    """Give address and port of one end: ``peername`` or ``sockname``; empty where the kernel has forgotten it."""
    found = transport.get_extra_info(name)
    return (str(found[0]), int(found[1])) if found else ("", 0)


def reset(transport: asyncio.Transport) -> None:
    """End a connection with a reset; merely closing it would end it with a FIN."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError):  # it may be gone already
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
