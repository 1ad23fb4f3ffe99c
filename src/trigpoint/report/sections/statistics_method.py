"""How a figure of statistics came about: functions, intervals, flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.transformations import TRANSFORMATIONS
from trigpoint.model.figure import IntervalKind
from trigpoint.report.language import N_
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.section import Values

_INTERVALS = {
    IntervalKind.WILSON_95: N_("chance, of a share that was counted (Wilson)"),
    IntervalKind.SOURCE_SPREAD: N_("least and greatest value that sources give of the same thing at the same time"),
    IntervalKind.VINTAGE_SPREAD: N_("least and greatest value that one source has given of the same thing"),
    IntervalKind.MODEL_SPREAD: N_("least and greatest value of several models"),
    IntervalKind.MONTE_CARLO_90: N_("seeded draws over the choices of a method and the intervals of its figures"),
    IntervalKind.MIXED: N_("worked out from intervals of several kinds"),
}
_FLAGS = {
    "cited": N_("taken from a document, which is named"),
    "estimate": N_("estimated, not asked of people"),
    "imputed": N_("an older value stands in, of at most three years before"),
    "older vintage": N_("said earlier; the newest stands beside it"),
    "other source": N_("said by somebody else; a finer number stands beside it"),
    "partial": N_("parts of the whole are missing"),
    "projection": N_("computed ahead of what is known"),
    "rounded": N_("its source gives whole per cents"),
    "several sources": N_("of several sources; a step between them is no change"),
    "survey": N_("asked of people"),
}


def _values(edition: Edition) -> Values:
    kinds = {figure.interval for figure in edition.ledger if figure.interval}
    flags = sorted({flag for figure in edition.ledger for flag in figure.flags})
    return {
        "functions": tuple(TRANSFORMATIONS.values()),
        "intervals": [(kind.value, words) for kind, words in _INTERVALS.items() if kind in kinds],
        "flags": [(flag, _FLAGS[flag]) for flag in flags if flag in _FLAGS],
    }


SECTION = Section(
    order=10,
    id="statistics_method",
    chapter="annex",
    title="How a figure came about",
    template="statistics_method.html",
    values=_values,
)
