"""One report while it is made: what sections and charts read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.ledger import Ledger
from trigpoint.figures.openness import Openness
from trigpoint.figures.openness_world import WorldOpenness
from trigpoint.model.figure import WORLD
from trigpoint.model.provenance import ReferenceFile
from trigpoint.report.differences import Difference
from trigpoint.report.matrix import Grid
from trigpoint.report.rows import Links
from trigpoint.report.treatment import Treatments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from trigpoint.figures.country import CountryTables
    from trigpoint.model.figure import Figure


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when the pages are written."""

    subject: str
    """ISO 3166-1 alpha-2, or :data:`~trigpoint.model.figure.WORLD`."""
    name: str
    """Its name."""
    ledger: Ledger
    """Figures by id: published ones, derived ones, and those that were counted in the survey."""
    rejects: tuple[str, ...] = ()
    """What could not be read of statistics, a sentence each."""
    treatments: Treatments = {}
    """How sources of statistics treat Hong Kong, Macao and Taiwan."""
    differences: tuple[Difference, ...] | None = None
    """What changed since an earlier edition. Missing: none was given."""
    openness: Openness | None = None
    """Figures and frames of the survey of the country. Missing: none was given."""
    world: WorldOpenness | None = None
    """What the survey says of all its countries, in the report on the world. Missing: none was given."""
    grid: Grid | None = None
    """What the page shows of the matrix. Missing: as above."""
    links: Links = Links({}, frozenset())
    """Where the rows behind each number of the survey are."""
    is_fictional: bool = False
    """Whether the measurements are invented."""
    is_published: bool = False
    """Whether what could point at a person was withheld (R10)."""
    versions: tuple[tuple[str, str], ...]
    """What wrote the tables and this report: name, version; sorted."""
    references: tuple[ReferenceFile, ...] = ()
    """Reference files that any stage read, sorted by name."""
    withheld: tuple[str, ...] = ()
    """What the report leaves out, one sentence each."""
    state: str
    """SHA-256 (hex) over sources, versions and reference files."""

    @property
    def is_world(self) -> bool:
        """Whether it is the report on the whole world."""
        return self.subject == WORLD

    @property
    def tables(self) -> CountryTables | None:
        """The survey's tables of the country. Missing: no survey was given."""
        return self.openness.tables if self.openness else None

    @property
    def lab_worlds(self) -> tuple[str, ...]:
        """Worlds of the lab in which measurements were made; none for the real network alone."""
        found = self.openness.tables if self.openness else self.world
        return found.lab_worlds if found else ()

    @property
    def has_statistics(self) -> bool:
        """Whether published statistics may stand in it: never beside measurements that are invented."""
        return not self.is_fictional and not self.lab_worlds

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """Tables of the survey, by name; none without a survey."""
        return self.openness.frames if self.openness else {}

    def frame(self, name: str) -> pl.DataFrame:
        """Give one table of the survey.

        Raises:
            KeyError: there is none of that name, or no survey.

        """
        return self.frames[name]

    def series(self, metric: str, subject: str = "") -> list[Figure]:
        """Give the figures of a metric with a value, oldest period first; of another subject where one is named."""
        of = subject or self.subject
        return _by_period(figure for figure in self.ledger.of(metric) if figure.subject == of)

    def newest(self, metric: str, subject: str = "") -> Figure | None:
        """Give the newest of a series; ``None`` where there is none."""
        found = self.series(metric, subject)
        return found[-1] if found else None

    def countries(self, metric: str) -> list[Figure]:
        """Give the newest figure of each country that has one, greatest value first."""
        found = {one.subject: one for one in _by_period(self.ledger.of(metric)) if one.subject != WORLD}
        return sorted(found.values(), key=lambda one: (-float(one.value or 0), one.subject))


def _by_period(figures: Iterable[Figure]) -> list[Figure]:
    known = (figure for figure in figures if isinstance(figure.value, int | float))
    return sorted(known, key=lambda figure: (figure.period, figure.id))
