"""What an index is made of: dimensions and their indicators, as data."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from trigpoint.errors import InputError
from trigpoint.given import content_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
"""Array of numbers; NaN: not known."""
Bools = NDArray[np.bool_]


class Leaf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One indicator of an index."""

    id: str
    """Metric of its figures."""
    goalposts: tuple[float, float]
    """Values that score 0 and 100, in the indicator's unit; fixed, so that scores of two editions compare."""
    more_is_better: bool = True
    """Direction."""
    is_logarithmic: bool = False
    """Whether steps of it are multiples, as of counts. Its lower goalpost is then above zero, and the least value told
    apart."""
    weight: float = 1.0
    """Among the indicators of its dimension."""


class Dimension(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of indicators."""

    id: str
    leaves: tuple[Leaf, ...]
    weight: float = 1.0
    """Among the dimensions."""


class Structure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hierarchy of an index."""

    id: str
    dimensions: tuple[Dimension, ...]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All indicators, dimension by dimension: the columns of every table."""
        return tuple(leaf for dimension in self.dimensions for leaf in dimension.leaves)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Columns of each dimension."""
        ends = [0, *np.cumsum([len(dimension.leaves) for dimension in self.dimensions]).tolist()]
        return tuple(slice(first, last) for first, last in pairwise(ends))

    def without(self, *ids: str) -> Structure:
        """Leave indicators out, and a dimension where nothing is left of that."""
        dimensions = [
            msgspec.structs.replace(dimension, leaves=tuple(kept for kept in dimension.leaves if kept.id not in ids))
            for dimension in self.dimensions
        ]
        return msgspec.structs.replace(self, dimensions=tuple(kept for kept in dimensions if kept.leaves))


class Table(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Values of an index's indicators: rows are countries, columns the leaves of the structure in their order."""

    countries: tuple[str, ...]
    """Rows, sorted (ISO 3166-1 alpha-2)."""
    values: Floats
    """Shape (countries, leaves)."""
    low: Floats
    """Lower ends of the figures' intervals; the value itself where there is none. Same shape."""
    high: Floats
    """Upper ends, likewise."""
    is_imputed: Bools
    """Whether the value is an older one that stands in. Same shape."""

    def __post_init__(self) -> None:
        """Refuse a table whose rows have no order, or whose intervals do not hold their values.

        Raises:
            ValueError: it is such a one.

        """
        if list(self.countries) != sorted(set(self.countries)):
            message = "the countries of a table are sorted, each once"
            raise ValueError(message)
        shapes = {self.values.shape, self.low.shape, self.high.shape, self.is_imputed.shape}
        if len(shapes) > 1 or self.values.shape[0] != len(self.countries):
            message = f"the arrays of a table have one shape, with {len(self.countries)} rows"
            raise ValueError(message)
        if bool(((self.low > self.values) | (self.values > self.high)).any()):
            message = "a value of a table lies outside its interval"
            raise ValueError(message)


def read(path: Path) -> Structure:
    """Read a structure from TOML.

    Raises:
        InputError: it cannot be read, or is none.

    """
    content = content_of(path)
    try:
        structure = msgspec.toml.decode(content, type=Structure)
    except msgspec.DecodeError as error:
        message = f"the structure of an index {path} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(message) from error
    if problem := problem_of(structure):
        message = f"the structure of an index {path} cannot be used: {problem}"
        raise InputError(message)
    return structure


def published() -> tuple[Structure, Structure]:
    """Give the two structures that stand side by side: per head, and in total."""
    folder = Path(__file__).parent
    return read(folder / "per_head.toml"), read(folder / "total.toml")


def problem_of(structure: Structure) -> str | None:
    """Say why an index cannot be computed on a structure; ``None`` where it can."""
    leaves = structure.leaves
    if not leaves or any(not dimension.leaves for dimension in structure.dimensions):
        return "a dimension has no indicator"
    if len({leaf.id for leaf in leaves}) < len(leaves):
        return "an indicator stands in it twice"
    if len({dimension.id for dimension in structure.dimensions}) < len(structure.dimensions):
        return "a dimension stands in it twice"
    weights = [*(leaf.weight for leaf in leaves), *(dimension.weight for dimension in structure.dimensions)]
    if not all(weight > 0 and math.isfinite(weight) for weight in weights):
        return "a weight is not above zero"
    return next((f"{leaf.id}: {found}" for leaf in leaves if (found := _goalposts(leaf))), None)


def _goalposts(leaf: Leaf) -> str | None:
    low, high = leaf.goalposts
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return "the first goalpost is not below the second"
    return (
        "the lower goalpost of a logarithmic indicator is not above zero" if leaf.is_logarithmic and low <= 0 else None
    )


def own(weights: Sequence[tuple[str, float]]) -> tuple[Structure, ...]:
    """Give the two published structures with a reader's own weights, under names of their own (``per_head_own``).

    A weight of what only one of them has changes that one. Without weights there is none.

    Raises:
        InputError: neither has such a dimension or indicator, or a weight cannot be used.

    """
    found = list[Structure]()
    both = published()
    known = [_ids(structure) for structure in both]
    for structure, ids in zip(both, known, strict=True):
        chosen = [(name, weight) for name, weight in weights if name in ids or not any(name in one for one in known)]
        if chosen:
            found.append(msgspec.structs.replace(reweighed(structure, chosen), id=f"{structure.id}_own"))
    return tuple(found)


def _ids(structure: Structure) -> set[str]:
    return {dimension.id for dimension in structure.dimensions} | {leaf.id for leaf in structure.leaves}


def reweighed(structure: Structure, weights: Sequence[tuple[str, float]]) -> Structure:
    """Give dimensions or indicators a reader's own weights, by id.

    Raises:
        InputError: there is no such dimension or indicator, or a weight cannot be used.

    """
    by_id, known = dict(weights), _ids(structure)
    if unknown := sorted(by_id.keys() - known):
        message = f"the index has no dimension or indicator {unknown[0]}; it has {', '.join(sorted(known))}"
        raise InputError(message)
    dimensions = [
        msgspec.structs.replace(
            dimension,
            weight=by_id.get(dimension.id, dimension.weight),
            leaves=tuple(
                msgspec.structs.replace(leaf, weight=by_id.get(leaf.id, leaf.weight)) for leaf in dimension.leaves
            ),
        )
        for dimension in structure.dimensions
    ]
    found = msgspec.structs.replace(structure, dimensions=tuple(dimensions))
    if problem := problem_of(found):
        raise InputError(problem)
    return found
