"""Residual state: some filters go on disturbing a client and a server for minutes after they were triggered.

Whoever measures next would take that for the block of an innocent name (``self.residual``). So an address at which a
filter may have been triggered is left alone until the longest known window is over, and two measurements never use
one address at a time. Windows: Bock et al. 2021; the report on the GFW's residual windows of 2025 has 360 s.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

LONGEST_SECONDS = 360.0
"""The longest window known (names of DoH resolvers, 2025)."""


class Residue:
    """Which addresses are in use, and which are to be left alone until when.

    Args:
        seconds: how long an address is left alone after a trigger.

    """

    def __init__(self, seconds: float = LONGEST_SECONDS) -> None:
        self.seconds = seconds
        self.waited = 0.0
        """Seconds that measurements waited for windows, all together."""
        self._until: dict[str, float] = {}
        self._held: set[str] = set()
        self._released = asyncio.Condition()

    def mark(self, address: str) -> None:
        """Note that a filter may have been triggered at an address just now."""
        self._until[address] = asyncio.get_running_loop().time() + self.seconds

    async def clear(self, address: str) -> None:
        """Wait until the window of an address is over."""
        loop = asyncio.get_running_loop()
        while (left := self._until.get(address, 0.0) - loop.time()) > 0:
            self.waited += left
            await asyncio.sleep(left)
        self._until.pop(address, None)

    @asynccontextmanager
    async def hold(self, addresses: Iterable[str]) -> AsyncIterator[None]:
        """Have addresses for oneself, when their windows are over; taken all at once, so nobody waits in a ring."""
        wanted = set(addresses)
        async with self._released:
            await self._released.wait_for(lambda: not wanted & self._held)
            self._held |= wanted
        try:
            for address in sorted(wanted):
                await self.clear(address)
            yield
        finally:
            async with self._released:
                self._held -= wanted
                self._released.notify_all()
