"""What the censors did, kept until it was taken."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from trigpoint.lab.fabrics import acts
from trigpoint.lab.fabrics.kernel.messages import MOST_ACTS, ActList

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.lab.engine.event import Event


class Diary:
    """The acts that nobody has taken yet, each with a number; where nobody takes them, the latest million.

    Args:
        noted: called when there is an act after somebody had asked for all there were.

    """

    def __init__(self, noted: Callable[[], None] | None = None) -> None:
        self.noted = noted
        self._acts: deque[tuple[str, Event]] = deque(maxlen=acts.MOST_ACTS)
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
        """Give acts from a number on, as many as go into one reply; whoever asks has taken those before."""
        while self._acts and self._total - len(self._acts) < number:
            self._acts.popleft()
        first = self._total - len(self._acts)
        given = tuple(islice(self._acts, MOST_ACTS))
        self._is_told = first + len(given) < self._total
        return ActList(first, self._total, given)
