"""What the censors did, kept until somebody asks."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from trigpoint.lab.engine.engine import MOST_EVENTS
from trigpoint.lab.fabrics.kernel.messages import MOST_ACTS, ActList

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.engine.event import Event


class Diary:
    """The latest 100,000 acts, each with a number.

    Args:
        noted: called when there is an act after somebody had asked for all there were.

    """

    def __init__(self, noted: Callable[[], None] | None = None) -> None:
        self.noted = noted
        self._acts: deque[tuple[str, Event]] = deque(maxlen=MOST_EVENTS)
        self._total = 0
        self._is_told = False

    def note(self, network: str, event: Event) -> None:
        """Add an act."""
        self._acts.append((network, event))
        self._total += 1
        if self.noted and not self._is_told:
            self._is_told = True
            self.noted()

    def since(self, number: int) -> ActList:
        """Give acts from a number on, as many as go into one reply."""
        oldest = self._total - len(self._acts)
        first = min(max(number, oldest), self._total)
        skipped = first - oldest
        acts = tuple(islice(self._acts, skipped, skipped + MOST_ACTS))
        self._is_told = first + len(acts) < self._total
        return ActList(first, self._total, acts)
