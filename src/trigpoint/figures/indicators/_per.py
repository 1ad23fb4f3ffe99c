"""What indicators share that set one number against another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.indicator_figures import derive_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from trigpoint.figures.data import Data
    from trigpoint.figures.ledger import Ledger


def per(metric: str, above: str, below: str, label: str, unit: str) -> Callable[[Ledger, Data], None]:
    """Make the computation of a ratio of two metrics of the ledger."""

    def compute(ledger: Ledger, data: Data) -> None:
        del data  # it takes figures of the ledger
        derive_each(ledger, metric, "ratio", (above, below), (label, unit))

    return compute
