"""How transports call protocols: through the loop, and in the context of who made them."""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class Notices:
    """Calls that the loop makes soon, in the context in which this was made.

    A packet is delivered in the context of nobody; what a protocol starts must belong to its own place.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._context = contextvars.copy_context()

    def soon(self, call: Callable[..., object], *arguments: object) -> None:
        """Call something, after what is due already."""
        self._loop.call_soon(call, *arguments, context=self._context)

    def begin(
        self,
        call: Callable[..., object],
        transport: asyncio.BaseTransport,
        start: Callable[[], object],
        waiter: asyncio.Future[None] | None,
    ) -> None:
        """Show a protocol its transport, then let the transport start, then tell who waits for it."""
        self.soon(call, transport)
        self.soon(start)
        if waiter is not None:
            self.soon(finish, waiter)


def finish(waiter: asyncio.Future[None]) -> None:
    """Let who waits go on, if it still waits."""
    if not waiter.done():
        waiter.set_result(None)


def as_bytes(data: object) -> bytes:
    """Take what a program wants to send as it is now; it may change its buffer afterwards.

    Raises:
        TypeError: these are no bytes.

    """
    if not isinstance(data, bytes | bytearray | memoryview):
        message = f"data argument must be a bytes-like object, not {type(data).__name__!r}"
        raise TypeError(message)
    return bytes(data)
