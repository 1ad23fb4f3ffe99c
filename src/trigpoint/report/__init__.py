"""Reports: figures -> a folder of pages, tables and records that stands on its own."""

from __future__ import annotations

from trigpoint.report.country import Written, write

__all__ = ["Written", "write"]
