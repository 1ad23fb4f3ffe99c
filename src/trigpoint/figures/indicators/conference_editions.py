"""Editions of a conference up to a year."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import name_of
from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger

_METRIC = "conference_editions"


def _compute(ledger: Ledger, data: Data) -> None:
    del data  # it takes figures of the ledger
    held = defaultdict[str, list[str]](list)
    for figure in ledger.of("conference_held"):
        held[figure.subject].append(figure.id)
        topic = Topic(
            id=name_of(_METRIC, figure.subject, figure.period),
            label="editions held up to that year",
            unit="editions",
            subject=figure.subject,
            period=figure.period,
            metric=_METRIC,
        )
        ledger.derive(topic, "sum", held[figure.subject])


INDICATOR = Indicator(
    question="How many editions of the conference were held up to that year",
    unit="editions",
    direction=Direction.NEITHER,
    method="sum of the editions held in that year and before",
    sources=(),
    after=("conference_held",),
    caveats=("where sources disagree whether an edition counts, the interval holds both counts",),
    compute=_compute,
)
