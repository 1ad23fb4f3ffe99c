"""Hong Kong, Macao and Taiwan: how each source treats them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.section import Section
from trigpoint.report.treatment import affecting, told

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.section import Values
    from trigpoint.report.treatment import Treatment


def _used(edition: Edition) -> tuple[Treatment, ...]:
    return affecting(edition.treatments, edition.ledger, edition.ledger)


def _values(edition: Edition) -> Values:
    return {"told": told(_used(edition), has_series=True)}


SECTION = Section(
    order=30,
    id="treatment",
    chapter="annex",
    title="Hong Kong, Macao and Taiwan",
    template="treatment.html",
    values=_values,
    has=lambda edition: bool(_used(edition)),
)
