"""Two connections of which each says what the other hears."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trigpoint.net.serve.running import Connection, reset

if TYPE_CHECKING:
    from trigpoint.net.serve.running import Running


class Relay(Connection):
    """One of two ends. The first is not read from until the second is there.

    Args:
        running: what it belongs to.
        first: the other end, for the second of the two.

    """

    def __init__(self, running: Running, first: Relay | None = None) -> None:
        super().__init__(running)
        self._other = first
        self.is_ended = False
        """Whether the client of this end has nothing more to say."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the other end, or begin."""
        super().connection_made(transport)
        if self._other is None:
            asyncio.get_running_loop().call_soon(self._wait)  # until 3.11.4, asyncio reads on after a pause in here
        elif self._other.is_lost:
            self.transport.close()
        else:
            self._other.meet(self)

    def _wait(self) -> None:
        if self._other is None and not self.is_lost:
            self.transport.pause_reading()

    def meet(self, other: Relay) -> None:
        """Begin, as the second end is there."""
        self._other = other
        self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        if self._other is not None and not self._other.transport.is_closing():
            self._other.transport.write(data)

    def eof_received(self) -> bool:
        """Pass it on; the way back may still be in use, but TLS has no half-closed ends."""
        self.is_ended = True
        if self._other is None or self._other.is_ended or self._other.is_lost:
            return False
        if self._other.transport.can_write_eof():
            self._other.transport.write_eof()
            return True
        return False

    def pause_writing(self) -> None:
        """Let the other end's sender wait."""
        if self._other is not None and not self._other.is_lost:
            self._other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Let it go on."""
        if self._other is not None and not self._other.is_lost:
            self._other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the other connection as this one ended: with a reset, or in order."""
        super().connection_lost(exc)
        if self._other is not None and not self._other.is_lost:
            if exc is not None:
                reset(self._other.transport)
            else:
                self._other.transport.close()
