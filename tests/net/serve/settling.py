"""Whether servers give up what nobody waits for any more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trigpoint.net.serve.running import Running

_TURNS = 500  # of ten milliseconds


async def comes_to(running: Running, transports: int, tasks: int) -> bool:
    """Wait until so many transports are open and so many tasks under way; tell whether that came about."""
    for _ in range(_TURNS):
        if (running.open, len(running._tasks)) == (transports, tasks):
            return True
        await asyncio.sleep(0.01)
    return False
