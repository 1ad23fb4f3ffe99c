"""One report while it is made: what sections and charts read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.openness import Openness
from trigpoint.model.provenance import ReferenceFile
from trigpoint.report.matrix import Grid
from trigpoint.report.rows import Links

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from trigpoint.figures.ledger import Ledger


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when the pages are written."""

    country: str
    """ISO 3166-1 alpha-2."""
    name: str
    """Its name."""
    is_fictional: bool
    """Whether the data are invented."""
    is_published: bool
    """Whether what could point at a person was withheld (R10)."""
    chapter: Openness
    """Figures and frames."""
    grid: Grid
    """What the page shows of the matrix."""
    links: Links
    """Where the rows behind each number are."""
    versions: tuple[tuple[str, str], ...]
    """What wrote the tables and this report: name, version; sorted."""
    references: tuple[ReferenceFile, ...]
    """Reference files that any stage read, sorted by name."""
    withheld: tuple[str, ...]
    """What the report leaves out, one sentence each."""

    @property
    def lab_worlds(self) -> tuple[str, ...]:
        """Worlds of the lab in which measurements were made; none for the real network alone."""
        return self.chapter.tables.lab_worlds

    @property
    def ledger(self) -> Ledger:
        """Figures by id."""
        return self.chapter.ledger

    @property
    def subject(self) -> str:
        """What it is on."""
        return self.country

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """Tables by name."""
        return self.chapter.frames

    def frame(self, name: str) -> pl.DataFrame:
        """Give one table."""
        return self.chapter.frames[name]
