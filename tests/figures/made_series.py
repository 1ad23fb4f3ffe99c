"""Series made for tests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from trigpoint.model.provenance import SourceRecord
from trigpoint.model.series import Point, Series

if TYPE_CHECKING:
    from collections.abc import Mapping


def series(metric: str, values: Mapping[tuple[str, str], float], vintage: str = "2025-01-24", **more: object) -> Series:
    """Make a series; ``organisation``, ``sha256``, ``whole`` and ``parts`` as asked."""
    organisation = str(more.get("organisation", "World Bank"))
    unique = f"{organisation} {metric} {vintage} {more.get('parts', '')}"
    sha256 = str(more.get("sha256", hashlib.sha256(unique.encode()).hexdigest()))
    record = SourceRecord(
        organisation=organisation, series=metric, url="https://example.org", licence="CC-BY-4.0", sha256=sha256,
        vintage=vintage,
    )  # fmt: skip
    points = tuple(sorted(Point(subject, period, value) for (subject, period), value in values.items()))
    whole, parts = more.get("whole", ""), more.get("parts", ())
    assert isinstance(whole, str)
    assert isinstance(parts, tuple)
    return Series(metric=metric, points=points, record=record, whole=whole, parts=parts)


def years(subject: str, first: int, *values: float) -> dict[tuple[str, str], float]:
    """Give values of years from the first one on."""
    return {(subject, str(year)): value for year, value in enumerate(values, first)}
