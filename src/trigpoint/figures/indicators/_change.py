"""What indicators share that set a number against the one of an earlier date."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from trigpoint.figures.indicator_figures import name_of
from trigpoint.figures.ledger import Topic

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure


def change(metric: str, of: str, label: str) -> Callable[[Ledger, Data], None]:
    """Make the computation of the change of a metric between each date and the one before it.

    Only between dates of which the same organisations say so, in as many parts: what two sources differ by is no
    change. The period of the figure is both dates.
    """

    def compute(ledger: Ledger, data: Data) -> None:
        del data  # it takes figures of the ledger
        figures = sorted(ledger.of(of), key=lambda figure: (figure.subject, figure.period))
        for subject, own in groupby(figures, key=lambda figure: figure.subject):
            for earlier, later in pairwise(list(own)):
                if _is_same_source(ledger, earlier, later):
                    topic = Topic(
                        id=name_of(metric, subject, later.period),
                        label=label,
                        unit="share",
                        subject=subject,
                        period=f"{earlier.period}/{later.period}",
                        metric=metric,
                    )
                    ledger.derive(topic, "growth", [later.id, earlier.id])

    return compute


def _is_same_source(ledger: Ledger, earlier: Figure, later: Figure) -> bool:
    said = [sorted(record.organisation for record in ledger.records_of(figure)) for figure in (earlier, later)]
    return said[0] == said[1] and bool(earlier.value)
