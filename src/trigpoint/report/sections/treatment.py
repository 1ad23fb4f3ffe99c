"""Hong Kong, Macao and Taiwan: how each source treats them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.section import Section
from trigpoint.report.treatment import affecting

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.section import Values


def _values(edition: Edition) -> Values:
    return {"treatments": affecting(edition.treatments, edition.ledger)}


SECTION = Section(
    order=30,
    id="treatment",
    chapter="annex",
    title="Hong Kong, Macao and Taiwan",
    template="treatment.html",
    values=_values,
    has=lambda edition: bool(affecting(edition.treatments, edition.ledger)),
)
