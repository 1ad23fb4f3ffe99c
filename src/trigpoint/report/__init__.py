"""Reports: figures -> a folder of pages, tables and records that stands on its own."""

from __future__ import annotations

from trigpoint.report.assembly import Statistics
from trigpoint.report.measured import Survey
from trigpoint.report.writing import Written, write

__all__ = ["Statistics", "Survey", "Written", "write"]
