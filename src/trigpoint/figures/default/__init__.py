"""What comes along, and needs no network: the record, and the extract that ``tools/extract.py`` writes."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from trigpoint.figures.record import series as record
from trigpoint.reference.statistics import names, values
from trigpoint.reference.statistics.reading import Origin

if TYPE_CHECKING:
    from trigpoint.model.series import Series

NAMES = "country_domains"
"""Name of the file of names; all others are files of values."""
LARGEST = 300_000
"""Bytes that the extract may have."""


def series() -> tuple[Series, ...]:
    """Give all of it."""
    return (*extract(), *record.series())


def extract() -> tuple[Series, ...]:
    """Read the extract."""
    found: list[Series] = []
    for file in sorted(files(__name__).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".json"):
            origin = Origin(name=file.name, organisation="", url="", licence=None)
            reader = names.read if file.name.startswith(NAMES) else values.read
            found += reader(file.read_bytes(), origin).series
    return tuple(found)
