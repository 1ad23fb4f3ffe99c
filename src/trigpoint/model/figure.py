"""A figure: one published number in the ledger, with what it stands on (R2)."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class IntervalKind(StrEnum):
    """How the interval of a figure was made."""

    WILSON_95 = "wilson-95"
    """Score interval of a share at 95 % (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number that a report may print. Text quotes its id, never a loose number."""

    id: str
    """Dotted name, such as ``blocking.targets``; the same in every edition."""
    label: str
    """What is counted, in a few words for a person."""
    value: int | float | str | None
    """The number; a day (ISO 8601) where the unit is ``day``. Missing: it cannot be given."""
    unit: str
    """What one of it is: ``measurements``, ``networks``, ``day``, ``share``, ..."""
    low: float | None = None
    """Lower end of the interval, in the unit. Missing: a count, without an interval."""
    high: float | None = None
    """Upper end of the interval. Missing: as above."""
    interval: IntervalKind | None = None
    """How the interval was made. Missing: as above."""
    numerator: int | None = None
    """Cases counted, where the value is a share. Missing: it is not."""
    denominator: int | None = None
    """Cases in all, where the value is a share. Missing: it is not."""
    subject: str
    """What it is of: a country (ISO 3166-1 alpha-2)."""
    period: str
    """First and last day (ISO 8601) joined by ``/``, by the probes' clocks; empty where no day is known."""
    vintage: str
    """SHA-256 (hex) over the sources and versions: what was known when it was computed."""
    sources: tuple[str, ...]
    """SHA-256 (hex) of the source files, sorted."""
    transformation: str
    """Name of the function that computed it."""
    rows: str
    """Where the rows behind it are: the kind of rows and their name, joined by ``:``, such as ``state:blocked``."""
    flags: tuple[str, ...] = ()
    """What a reader must know: ``fictional``, ``laboratory``, ``coarsened``, ..."""
    licence: str | None = None
    """Licence of the sources (SPDX). Missing: the sources do not state one."""
