"""Provenance: what a table, a verdict or a report was made from (R7)."""

from __future__ import annotations

import msgspec


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was read into a survey."""

    path: str
    """Path as given."""
    sha256: str
    """SHA-256 (hex) of its bytes."""
    bytes: int
    """Its size, bytes."""
    format: str
    """Name of the format that read it, a module of ``archive/formats``."""
    measurements: int = 0
    """Measurements that it added to the survey."""
    duplicates: int = 0
    """Measurements that were there already, counted and not kept."""
    rejects: int = 0
    """Records that could not be read."""


class ReferenceFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of reference data that a stage read."""

    name: str
    """What it is, such as ``address database``."""
    sha256: str
    """SHA-256 (hex) of its bytes."""
    vintage: str | None = None
    """When its maker says that it was made (ISO 8601). Missing: the file does not say."""


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Where a published series or fact comes from: enough to find it again, and to tell whether it is the same."""

    organisation: str
    """Who says so, such as ``World Bank``."""
    series: str
    """Its name there: a series' code, or a document's title."""
    url: str
    """Where it is published."""
    licence: str | None
    """Its licence (SPDX, or the name of its terms). Missing: its publisher states none."""
    sha256: str
    """SHA-256 (hex) of the bytes that were read."""
    vintage: str
    """When the source said so (ISO 8601: a day, month or year). Empty: it does not say."""
    retrieved: str | None = None
    """Day on which it was fetched (ISO 8601). Missing: not known."""
