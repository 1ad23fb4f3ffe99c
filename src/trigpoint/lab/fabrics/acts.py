"""The acts of all censors of a lab, in order, as far as memory goes; those beyond it are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trigpoint.lab.engine.event import Event

MOST_ACTS = 1_000_000
"""Acts that a process keeps: about a gigabyte."""


class Acts:
    """What was done, each with the name of the network in which it was."""

    def __init__(self) -> None:
        self._acts: list[tuple[str, Event]] = []
        self.lost = 0
        """How many acts there were besides those that are kept."""

    def add(self, network: str, event: Event) -> None:
        """Keep an act, or count it where there are too many."""
        if len(self._acts) < MOST_ACTS:
            self._acts.append((network, event))
        else:
            self.lost += 1

    def all(self) -> tuple[tuple[str, Event], ...]:
        """Give those that are kept, the first first."""
        return tuple(self._acts)
