"""What indicators share that publish a series as its sources say it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trigpoint.figures.indicator_figures import name_of, publish
from trigpoint.figures.ledger import Topic
from trigpoint.model.figure import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure


FEWEST = 100
"""Countries that a source must list before their sum is taken for the world: half of them."""


def published(metric: str, label: str, unit: str, *, adds_up: bool = False) -> Callable[[Ledger, Data], None]:
    """Make the computation of an indicator that is published as it stands.

    Args:
        metric: as the figures have it.
        label: likewise.
        unit: likewise.
        adds_up: whether countries add up to the world; their sum is derived where a source lists enough of them.

    """

    def compute(ledger: Ledger, data: Data) -> None:
        for (subject, period), said in data.of(metric).items():
            name = name_of(metric, subject, period)
            publish(ledger, Topic(id=name, label=label, unit=unit, subject=subject, period=period, metric=metric), said)
        if adds_up:
            _add_up(ledger, metric, label, unit)

    return compute


def _add_up(ledger: Ledger, metric: str, label: str, unit: str) -> None:
    by_period: dict[str, list[Figure]] = defaultdict(list)
    for figure in ledger.of(metric):
        by_period[figure.period].append(figure)
    for period, figures in by_period.items():
        is_whole = not any(figure.subject == WORLD or "partial" in figure.flags for figure in figures)
        if is_whole and len(figures) >= FEWEST:
            topic = Topic(
                id=name_of(metric, WORLD, period),
                label=f"{label}, {len(figures)} countries together",
                unit=unit,
                subject=WORLD,
                period=period,
                metric=metric,
            )
            ledger.derive(topic, "sum", [figure.id for figure in figures])
