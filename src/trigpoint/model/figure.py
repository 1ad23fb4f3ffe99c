"""A figure: one published number in the ledger, with what it stands on (R2)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

WORLD = "001"
"""Subject of a figure on the whole world (UN M49)."""
SHORT = 16
"""Digits by which the SHA-256 of a source is named beside a list of records that has all of them."""
POINTS = "percentage points"
"""Unit of what two shares differ by: 0.78 and 0.67 differ by 11 of them. A share itself is 0 to 1."""
PUBLISHED = "published"
"""Transformation of a figure that a source says as it stands."""


class IntervalKind(StrEnum):
    """How the interval of a figure was made."""

    WILSON_95 = "wilson-95"
    """Score interval of a share at 95 % (Wilson 1927, doi:10.1080/01621459.1927.10502953). Sampling."""
    SOURCE_SPREAD = "source-spread"
    """Least and greatest value that the sources give of the same thing at the same time."""
    VINTAGE_SPREAD = "vintage-spread"
    """Least and greatest value that one source has given, over its vintages, of the same thing at the same time."""
    MODEL_SPREAD = "model-spread"
    """Least and greatest value of the models of an ensemble."""
    MONTE_CARLO_90 = "monte-carlo-90"
    """5th to 95th percentile of seeded draws over the choices of a method and the intervals of what goes into it."""
    MIXED = "mixed"
    """Worked out from figures whose intervals are of several kinds."""


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
    """What it is of: a country (ISO 3166-1 alpha-2), :data:`WORLD`, or a thing that has a short name."""
    period: str
    """First and last day (ISO 8601) joined by ``/``, by the probes' clocks; of a series a year, month or day. Empty
    where none is known."""
    vintage: str
    """What was known then. Of measurements: SHA-256 (hex) over sources and versions. Of a published series: the day on
    which its source said so (ISO 8601); several, joined by blanks, where it was worked out from several."""
    sources: tuple[str, ...]
    """SHA-256 (hex) of the source files, sorted. Those of published series are in the ledger's list of records."""
    transformation: str
    """Name of the function that computed it; ``published`` where a source says it as it stands."""
    inputs: tuple[str, ...] = ()
    """Ids of the figures that the function was given, in its order. Empty: it was given rows."""
    metric: str = ""
    """What is measured, the same word for every subject and period, such as ``internet_users``. Empty: no series."""
    rows: str
    """Where the rows behind it are: the kind of rows and their name, joined by ``:``, such as ``state:blocked``."""
    flags: tuple[str, ...] = ()
    """What a reader must know: ``fictional``, ``laboratory``, ``coarsened``, ``estimate``, ``imputed``, ``old``, ..."""
    licence: str | None = None
    """Licence of the sources (SPDX; several joined by ``AND``). Missing: the sources do not state one."""


def computed_rows(name: str) -> str:
    """Say where the rows behind a figure are that was computed from others: they are its inputs.

    >>> computed_rows("users.KE.2023")
    'figures:users.KE.2023'
    """
    return f"figures:{name}"
