"""One index by one method: scores, ranks, what was left out, and what each indicator does to the ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from trigpoint.figures.index import steps
from trigpoint.figures.index.steps import Mean, Normalisation, Treatment
from trigpoint.figures.index.structure import Floats, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.figures.index.structure import Bools, Structure


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """Every choice of an index; the defaults are the published method."""

    treatment: Treatment = Treatment.LOG
    normalisation: Normalisation = Normalisation.GOALPOSTS
    inside: Mean = Mean.ARITHMETIC
    """Mean inside a dimension."""
    between: Mean = Mean.GEOMETRIC
    """Mean between dimensions: no dimension makes good for another one."""
    screen: float = steps.OVERALL
    """Share of all indicators that must be known."""
    is_imputing: bool = True
    """Whether an older observation may stand in."""


class Scores(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An index."""

    score: Floats
    """0 to 100 by country; NaN: not ranked."""
    rank: Floats
    """1 the best; NaN: not ranked."""
    dimensions: Floats
    """Scores, shape (countries, dimensions)."""
    leaves: Floats
    """Normalised indicators, shape (countries, leaves)."""


class Audit(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What is missing of a table, before anything is done about it."""

    known: tuple[int, ...]
    """Countries of which each leaf is known, imputed ones included."""
    imputed: tuple[int, ...]
    """Countries for which an older observation stands in."""
    not_ranked: tuple[str, ...]
    """Countries of which too little is known."""


def usable(table: Table, method: Method) -> Floats:
    """Give the values that a method uses."""
    return table.values if method.is_imputing else np.where(table.is_imputed, np.nan, table.values)


def audit(table: Table, structure: Structure, method: Method | None = None) -> Audit:
    """Count what is missing."""
    method = method or Method()
    ranked = steps.is_ranked(usable(table, method), structure, method.screen)
    known = ~np.isnan(table.values)
    return Audit(
        known=tuple(known.sum(axis=0).tolist()),
        imputed=tuple((known & table.is_imputed).sum(axis=0).tolist()),
        not_ranked=tuple(name for name, is_in in zip(table.countries, ranked.tolist(), strict=True) if not is_in),
    )


def score(table: Table, structure: Structure, method: Method | None = None) -> Scores:
    """Compute an index. Countries that are not ranked take no part in any step."""
    method = method or Method()
    values = usable(table, method)
    ranked = steps.is_ranked(values, structure, method.screen)
    leaves = _scored(values[ranked], structure, method)
    dimensions = steps.dimension_scores(leaves, structure, steps.weights(structure), method.inside)
    total = steps.mean(dimensions, steps.dimension_weights(structure), method.between)
    return Scores(
        score=_spread(total, ranked),
        rank=_spread(steps.ranks(total), ranked),
        dimensions=_spread(dimensions, ranked),
        leaves=_spread(leaves, ranked),
    )


def _scored(values: Floats, structure: Structure, method: Method) -> Floats:
    treated = steps.treat(values, structure.leaves, method.treatment)
    return steps.normalise(treated, structure.leaves, method.normalisation, method.treatment)


def _spread(found: Floats, ranked: Bools) -> Floats:
    whole = np.full((len(ranked), *found.shape[1:]), np.nan)
    whole[ranked] = found
    return whole


def leave_one_out(table: Table, structure: Structure, method: Method | None = None) -> Mapping[str, Floats]:
    """Rank again without each indicator in turn. Empty where there is one only."""
    if len(structure.leaves) < 2:  # noqa: PLR2004 - of one, nothing would be left
        return {}
    return {
        leaf.id: score(_without(table, at), structure.without(leaf.id), method).rank
        for at, leaf in enumerate(structure.leaves)
    }


def _without(table: Table, column: int) -> Table:
    keep = [at for at in range(table.values.shape[1]) if at != column]
    return Table(
        countries=table.countries,
        values=table.values[:, keep],
        low=table.low[:, keep],
        high=table.high[:, keep],
        is_imputed=table.is_imputed[:, keep],
    )
