"""What indicators share that publish a series as its sources say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.indicator_figures import name_of, publish
from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger


def published(metric: str, label: str, unit: str) -> Callable[[Ledger, Data], None]:
    """Make the computation of an indicator that is published as it stands."""

    def compute(ledger: Ledger, data: Data) -> None:
        for (subject, period), said in data.of(metric).items():
            name = name_of(metric, subject, period)
            publish(ledger, Topic(id=name, label=label, unit=unit, subject=subject, period=period, metric=metric), said)

    return compute
