"""Openness without measurements: what would be needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.report.language import N_
from trigpoint.report.section import Need, Section, is_measured

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.section import Values

_NEEDS = (
    Need(
        what=N_("measurements on networks of the country"),
        source=N_("your own, or the archive of OONI"),
        command="trigpoint survey CC MEASUREMENTS --to DIR",
    ),
    Need(
        what=N_("a survey that is there already"),
        source=N_("your own"),
        command="trigpoint report CC --survey DIR --to DIR",
    ),
)


def _values(_edition: Edition) -> Values:
    return {"needs": _NEEDS}


SECTION = Section(
    order=5,
    id="not_measured",
    chapter="openness",
    title="Not measured here",
    template="not_measured.html",
    values=_values,
    has=lambda edition: not is_measured(edition) and edition.world is None,
)
