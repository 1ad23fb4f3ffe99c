"""What an indicator declares, and how all of them are computed. Indicators are the files of ``figures/indicators/``."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from trigpoint.discovery import declared
from trigpoint.errors import DeclarationError
from trigpoint.figures import indicators
from trigpoint.figures.data import Data
from trigpoint.figures.ledger import Basis, Ledger
from trigpoint.model.figure import WORLD

if TYPE_CHECKING:
    from collections.abc import Mapping


class Direction(StrEnum):
    """Which values are the better ones."""

    MORE = "more is better"
    LESS = "less is better"
    NEITHER = "neither"


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A share that is counted in a survey of a country: of all targets, by category and by mechanism."""

    name: str
    """First part of the ids of its figures."""
    meaning: str
    """What is counted, in a few words for a person."""
    cases: str
    """Column of the cases counted, of :func:`trigpoint.figures.shares.frame`."""
    of: str
    """Column of the cases in all."""


def _nothing(_ledger: Ledger, _data: Data) -> None:
    """Add no figure: of what a survey alone tells, no series is published."""


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """A published indicator. Its id is the name of its file."""

    question: str
    """What it answers, for a person, without its question mark."""
    unit: str
    """What one of it is."""
    direction: Direction
    method: str
    """How it is computed, with its source."""
    sources: tuple[str, ...] = ()
    """Metrics of series that it is computed from."""
    after: tuple[str, ...] = ()
    """Indicators whose figures it takes from the ledger."""
    caveats: tuple[str, ...]
    """What a reader must know."""
    compute: Callable[[Ledger, Data], None] = _nothing
    """Adds its figures to a ledger; nothing where nothing is known."""
    counted: Counted | None = None
    """What it counts in a survey. Missing: it is computed from series alone."""


@cache
def all_indicators() -> Mapping[str, Indicator]:
    """Collect the indicators, by id."""
    return declared(indicators, "INDICATOR", Indicator)


def in_order() -> list[str]:
    """Give the ids so that each comes after those that it takes figures from.

    Raises:
        DeclarationError: two wait for each other, or for one that there is not.

    """
    entries, done = all_indicators(), list[str]()
    while len(done) < len(entries):
        ready = [name for name, entry in entries.items() if name not in done and set(entry.after) <= set(done)]
        if not ready:
            waiting = ", ".join(sorted(set(entries) - set(done)))
            message = f"indicators wait for each other, or for one that there is not: {waiting}"
            raise DeclarationError(message)
        done += ready
    return done


def compute(data: Data) -> Ledger:
    """Compute all indicators into a new ledger. What nothing is known of has no figures."""
    ledger = Ledger(Basis(subject=WORLD, period="", vintage="", sources=()))
    for name in in_order():
        all_indicators()[name].compute(ledger, data)
    return ledger


def needed(name: str) -> list[str]:
    """Give the metrics of series that an indicator stands on, by itself or through others."""
    entry = all_indicators()[name]
    own = set(entry.sources)
    return sorted(own.union(*(needed(before) for before in entry.after)))
