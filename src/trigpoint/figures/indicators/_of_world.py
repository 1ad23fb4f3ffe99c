"""What indicators share that set a country against the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.indicator_figures import name_of
from trigpoint.figures.ledger import Topic
from trigpoint.model.figure import WORLD

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger


def of_world(metric: str, of: str, label: str) -> Callable[[Ledger, Data], None]:
    """Make the computation of each country's share of the world's number of the same period."""

    def compute(ledger: Ledger, data: Data) -> None:
        del data  # it takes figures of the ledger
        figures = ledger.of(of)
        world = {figure.period: figure.id for figure in figures if figure.subject == WORLD}
        for figure in figures:
            if figure.subject != WORLD and figure.period in world:
                topic = Topic(
                    id=name_of(metric, figure.subject, figure.period),
                    label=label,
                    unit="share",
                    subject=figure.subject,
                    period=figure.period,
                    metric=metric,
                )
                ledger.derive(topic, "ratio", [figure.id, world[figure.period]])

    return compute
