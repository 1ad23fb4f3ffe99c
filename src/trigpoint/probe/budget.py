"""What a run may cost others: connections a second to one host, triggers of one name, bytes in all.

A host that is asked too often suffers, and names the probe to whoever watches; a name that was just blocked may stay
blocked for minutes (residual blocking), so that what is measured then is the last measurement.
"""

from __future__ import annotations

import asyncio
from collections import deque

from trigpoint.net.names import host_of

MOST_A_SECOND = 5
"""New connections and queries to one host in any second. Censored Planet's scans send about as many packets."""

MOST_BYTES = 512 << 20
"""512 MiB: what a run may move in all where nothing else is said."""

_HOSTS_KEPT = 1_024
_SECOND = 1.0


class Budget:
    """What one run may still do. Its clock is the running loop's.

    Args:
        most_a_second: new connections and queries to one host in any second. 0: no limit, in the lab.
        most_bytes: bytes that all measurements may move together.

    """

    def __init__(
        self,
        most_a_second: int = MOST_A_SECOND,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._most_a_second = most_a_second
        self._admitted: dict[str, deque[float]] = {}
        self.bytes_left = most_bytes
        """May be negative: the measurement that went over it was brought to its end."""

    @property
    def is_spent(self) -> bool:
        """Whether no further measurement may begin."""
        return self.bytes_left <= 0

    async def admit(self, host: str) -> None:
        """Wait until one more connection or query to a host may begin.

        Args:
            host: its address or name, with or without port, or a URL.

        """
        if self._most_a_second:
            loop = asyncio.get_running_loop()
            name = host_of(host) or host
            await _sleep_until(self._slot(name, loop.time()))

    def _slot(self, name: str, now: float) -> float:
        """Give the next moment that is free, and take it. Who asks first gets the first, whoever waits longer."""
        if len(self._admitted) >= _HOSTS_KEPT:
            self._forget(now)
        slots = self._admitted.setdefault(name, deque(maxlen=self._most_a_second))
        moment = max(now, slots[0] + _SECOND) if len(slots) == self._most_a_second else now
        slots.append(moment)
        return moment

    def _forget(self, now: float) -> None:
        self._admitted = {name: slots for name, slots in self._admitted.items() if slots[-1] + _SECOND > now}

    def charge(self, num_bytes: int) -> None:
        """Take what a measurement moved from what is left."""
        self.bytes_left -= num_bytes


async def _sleep_until(moment: float) -> None:
    left = moment - asyncio.get_running_loop().time()
    if left > 0:
        await asyncio.sleep(left)
