"""A claim: a statement that a figure can check, and what checking it can give."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ClaimKind(StrEnum):
    """What a claim says of its figure."""

    OBSERVATION = "observation"
    """That it is, or was, so."""
    ATTRIBUTED = "attributed_claim"
    """That somebody says so; checked as an observation."""
    FORECAST = "forecast"
    """That it is expected."""
    TARGET = "target"
    """That somebody wants to reach it."""
    MEASURABLE = "measurable"
    """Something that measurements of networks show."""

    @classmethod
    def _missing_(cls, value: object) -> ClaimKind | None:
        return cls.ATTRIBUTED if value == "attribution" else None


class ClaimVerdict(StrEnum):
    """What came of a check. Never true or false alone."""

    SUPPORTED = "supported"
    """Figures of that time say the same."""
    SUPPORTED_IN_VINTAGE = "supported_in_vintage"
    """The source said so then, and has revised it since."""
    ROUNDED = "rounded"
    """Figures of that time say the same, rounded to the digits of the claim."""
    LARGEST_NOT_MOST = "largest_not_most"
    """The largest part, and less than half."""
    DEPENDS_ON_DEFINITION = "depends_on_definition"
    """One definition says so, another one does not."""
    DEPENDS_ON_COUNTING = "depends_on_counting"
    """One way of counting says so, another one does not."""
    TARGET_NOT_FORECAST = "target_not_forecast"
    """What is called a forecast is somebody's target."""
    CATEGORY_ERROR = "category_error"
    """It says something of one sort of thing that only another sort can be."""
    UNSUPPORTED = "unsupported"
    """Figures of that time say something else."""
    NOT_CHECKABLE = "not_checkable"
    """No figure bears on it."""
    CHECKABLE_BY_MEASUREMENT = "checkable_by_measurement"
    """Measurements of networks would show it."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who said what of which figure. Fields that a file has besides are not read."""

    id: str
    """Name of the claim in its file."""
    quote: str
    """A few words of the text."""
    subject: str
    """What it is said of: a country (code or English name), ``World``, or the short name of an organisation."""
    metric: str
    """What is claimed, as in ``metrics.toml``."""
    asof: str
    """Of when: a year, month or day (ISO 8601)."""
    kind: ClaimKind
    """As in :class:`ClaimKind`."""
    value: float | str | list[str] | None = None
    """The number, or the name or names. Missing: the claim gives none, but may compare."""
    unit: str | None = None
    """``percent``, ``million`` or ``billion``. Missing: the metric's own."""
    source: str | None = None
    """Who said it, where. Missing: the file does not say."""
