"""Small tables and structures of indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trigpoint.figures.index.structure import Dimension, Leaf, Structure, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

TWO = Structure(
    id="two",
    dimensions=(
        Dimension(id="use", leaves=(Leaf(id="share", goalposts=(0, 1)),)),
        Dimension(
            id="resources",
            leaves=(
                Leaf(id="addresses", goalposts=(1, 10_000), is_logarithmic=True),
                Leaf(id="price", goalposts=(0, 20), more_is_better=False),
            ),
        ),
    ),
)
"""Three indicators in two dimensions, of every kind."""


def table(rows: Sequence[Sequence[float]], error: float = 0.0, countries: Sequence[str] = ()) -> Table:
    """Make a table of rows; ``error`` is the relative half-width of all intervals."""
    values = np.array(rows, dtype=float)
    return Table(
        countries=tuple(countries) or tuple(f"C{at:03}" for at in range(len(rows))),
        values=values,
        low=values - np.abs(values) * error,
        high=values + np.abs(values) * error,
        is_imputed=np.zeros(values.shape, dtype=bool),
    )
