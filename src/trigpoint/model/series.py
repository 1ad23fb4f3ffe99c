"""A series: what one source says of one metric, for many subjects and periods, at one vintage."""

from __future__ import annotations

import msgspec

from trigpoint.model.provenance import SourceRecord

WHOLES = {
    "registries": frozenset({"afrinic", "apnic", "arin", "lacnic", "ripencc"}),
    "roots": frozenset("ABCDEFGHIJKLM"),
}
"""Parts of what is published in parts."""


class Point(msgspec.Struct, frozen=True, order=True):
    """One value."""

    subject: str
    """Country (ISO 3166-1 alpha-2) or :data:`~trigpoint.model.figure.WORLD`."""
    period: str
    """Year, month or day (ISO 8601)."""
    value: float
    """In the unit of the series."""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Values with their source."""

    metric: str
    """What is measured, as in :class:`~trigpoint.model.figure.Figure`."""
    points: tuple[Point, ...]
    """Sorted; each subject and period once."""
    record: SourceRecord
    """Where they come from, and when that was said."""
    flags: tuple[str, ...] = ()
    """Flags of all of its figures, such as ``estimate``."""
    whole: str = ""
    """What it is a part of, where its source publishes in parts: :data:`WHOLES`. Series of one whole are added, those
    of several are sources beside each other. Empty: it is whole."""
    parts: tuple[str, ...] = ()
    """The parts that it covers, sorted."""


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What was read from one file."""

    series: tuple[Series, ...]
    """Series, by metric."""
    rejects: tuple[str, ...] = ()
    """One sentence for each entry that could not be used, with file and line."""
