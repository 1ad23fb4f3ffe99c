"""How a figure of statistics came about: functions, intervals, flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.transformations import TRANSFORMATIONS
from trigpoint.model.figure import IntervalKind
from trigpoint.report.section import Section

if TYPE_CHECKING:
    from trigpoint.report.edition import Edition
    from trigpoint.report.section import Values

_INTERVALS = {
    IntervalKind.WILSON_95: "chance, of a share that was counted (Wilson)",
    IntervalKind.SOURCE_SPREAD: "least and greatest value that sources give of the same thing at the same time",
    IntervalKind.VINTAGE_SPREAD: "least and greatest value that one source has given of the same thing",
    IntervalKind.MODEL_SPREAD: "least and greatest value of several models",
    IntervalKind.MONTE_CARLO_90: "seeded draws over the choices of a method and the intervals of its figures",
    IntervalKind.MIXED: "worked out from intervals of several kinds",
}
_FLAGS = {
    "cited": "taken from a document, which is named",
    "estimate": "estimated, not asked of people",
    "imputed": "an older value stands in, of at most three years before",
    "older vintage": "said earlier; the newest stands beside it",
    "other source": "said by somebody else; a finer number stands beside it",
    "partial": "parts of the whole are missing",
    "projection": "computed ahead of what is known",
    "rounded": "its source gives whole per cents",
    "survey": "asked of people",
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
