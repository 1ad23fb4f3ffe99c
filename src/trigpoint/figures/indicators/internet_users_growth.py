"""Growth of the number of people who use the Internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.indicator import Direction, Indicator
from trigpoint.figures.indicator_figures import name_of
from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger

_METRIC = "internet_users_growth"


def _compute(ledger: Ledger, data: Data) -> None:
    del data  # it takes figures of the ledger
    by_year = {(figure.subject, figure.period): figure for figure in ledger.of("internet_users")}
    for (subject, year), figure in by_year.items():
        before = by_year.get((subject, str(int(year[:4]) - 1)))
        # the growth of two sources is the difference between them, and that of people of another year leaves theirs out
        if before is None or before.value == 0 or before.sources != figure.sources:
            continue
        if "imputed" in (*before.flags, *figure.flags):
            continue
        topic = Topic(
            id=name_of(_METRIC, subject, year),
            label="growth of the number of people who use the Internet against the year before",
            unit="share",
            subject=subject,
            period=year,
            metric=_METRIC,
        )
        ledger.derive(topic, "growth", [figure.id, before.id])


INDICATOR = Indicator(
    question="By how much does the number of people who use the Internet grow in a year",
    unit="share",
    direction=Direction.MORE,
    method="the number of a year against that of the year before, from the same source and vintage",
    sources=(),
    after=("internet_users",),
    caveats=("a change of the survey looks like growth", "where the people are of another year there is no growth"),
    compute=_compute,
)
