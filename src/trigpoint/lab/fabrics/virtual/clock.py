"""A clock that jumps to the next timer when there is nothing to do, in place of one that waits."""

from __future__ import annotations

import selectors
from typing import TypeAlias

START_SECONDS = 1_000.0
"""Where time begins. Not at 0, which some programs take for "never"."""
STALL_SECONDS = 5.0
"""How long, in real seconds, something real may take to happen when nothing virtual ever will."""

Events: TypeAlias = list[tuple[selectors.SelectorKey, int]]


class StalledError(RuntimeError):
    """Every task waits, and no timer is set: nothing can happen any more."""


class Clock(selectors.DefaultSelector):
    """A selector that never sleeps for a timer: it lets time pass instead.

    Real events still count: what is ready at once is taken first, and while :attr:`jobs` are at work (threads of an
    executor), time stands still and they are waited for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = START_SECONDS
        """Seconds."""
        self.jobs = 0
        """Pieces of real work that the loop waits for."""

    def select(self, timeout: float | None = None) -> Events:
        """Give what is ready, else let time pass until ``timeout``.

        Raises:
            StalledError: without a timeout, nothing happened for five real seconds.

        """
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.jobs:
            return super().select(None)
        if timeout is not None:
            self.now += timeout
            return ready
        ready = super().select(STALL_SECONDS)
        if not ready:
            message = "nothing can happen any more: every task waits for another, and no timer is set"
            raise StalledError(message)
        return ready
