"""Residual state: some filters go on disturbing a client and a server for minutes after they were triggered.

Whoever measures next would take that for the block of an innocent name (``self.residual``). So an address at which a
filter may have been triggered is left alone until the longest known window is over, and two measurements never use
one address at a time. The name that may have triggered it is left alone as long, at whichever address: one trigger for
each name in each window. Windows: Bock et al. 2021; the report on the GFW's residual windows of 2025 has 360 s.
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
    """Which addresses and names are in use, and which are to be left alone until when.

    Args:
        seconds: how long they are left alone after a trigger.

    """

    def __init__(self, seconds: float = LONGEST_SECONDS) -> None:
        self.seconds = seconds
        self.waited = 0.0
        """Seconds that measurements waited for windows, all together."""
        self._until: dict[str, float] = {}
        self._held: set[str] = set()
        self._forgetful: set[tuple[str, str]] = set()
        self._released = asyncio.Condition()

    def mark(self, keys: Iterable[str | None], trigger: tuple[str, str] | None = None) -> None:
        """Note that a filter may have been triggered just now.

        Args:
            keys: addresses and names; what is empty is passed over.
            trigger: how (``tls``, ``http``) and by which name. None: that is not known.

        """
        if trigger not in self._forgetful:
            until = asyncio.get_running_loop().time() + self.seconds
            self._until.update({key: until for key in keys if key})

    def forget(self, trigger: tuple[str, str]) -> None:
        """Note that what a name triggers in this way was seen to leave nothing behind: it has no windows any more."""
        self._forgetful.add(trigger)

    @asynccontextmanager
    async def hold(self, keys: Iterable[str | None]) -> AsyncIterator[float]:
        """Have addresses and names for oneself, when their windows are over.

        They are taken all at once, so nobody waits in a ring; what is waited for is free for others meanwhile.

        Returns:
            Seconds that were waited for windows.

        """
        wanted = {key for key in keys if key}
        waited = await self._take(wanted)
        try:
            yield waited
        finally:
            async with self._released:
                self._held -= wanted
                self._released.notify_all()

    async def _take(self, wanted: set[str]) -> float:
        waited = 0.0
        while True:
            async with self._released:
                await self._released.wait_for(lambda: not wanted & self._held)
                left = self._left(wanted)
                if left <= 0:
                    self._held |= wanted
                    return waited
            waited += left
            self.waited += left
            await asyncio.sleep(left)

    def _left(self, wanted: set[str]) -> float:
        """Give the seconds until all windows are over."""
        now = asyncio.get_running_loop().time()
        self._until = {key: until for key, until in self._until.items() if until > now}
        return max((self._until.get(key, now) for key in wanted), default=now) - now
