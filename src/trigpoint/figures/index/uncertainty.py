"""How sure the ranks of an index are: thousands of draws over every choice of its method and every figure's interval.

Each choice is a switch with a few levels. What is continuous (weights, errors of figures) is a switch, too: a level is
one draw of it. So the share of the variance of ranks that a switch explains alone can be read off the same draws, as
the spread of the means of its levels (epsilon squared, Kelley 1935; the first-order index of Sobol' 1993).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from trigpoint.figures.index import steps
from trigpoint.figures.index.steps import Mean, Normalisation, Treatment
from trigpoint.figures.index.structure import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trigpoint.figures.index.structure import Structure, Table

    Levels = NDArray[np.int64]

DRAWS = 4_000
"""Draws of a published index."""
CONCENTRATION = 4.0
"""Of the Dirichlet distribution of weights around the structure's own: with four equal ones each lies mostly between
0.1 and 0.45."""
PERCENTILES = (5.0, 95.0)
"""Ends of a 90 % interval of ranks."""
TOP = 10
"""Ranks that count as the top."""

SCREENS = (1 / 2, steps.OVERALL, 3 / 4)
_TREATMENTS = tuple(Treatment)
_NORMALISATIONS = tuple(Normalisation)
_MEANS = (Mean.GEOMETRIC, Mean.ARITHMETIC, Mean.HARMONIC)
_LARGEST_POOL = 200  # levels of what is continuous: twenty draws for each of 4,000


class Uncertainty(msgspec.Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """What the draws say."""

    ranks: Floats
    """Shape (draws, countries); NaN: not ranked in that draw."""
    levels: Mapping[str, Levels]
    """Level of each switch in each draw."""

    @property
    def wins(self) -> Floats:
        """Share of the draws that rank both in which the row's country is above the column's (equal: half).

        NaN: none does. Computed when it is asked for, since it takes as long as all else.
        """
        return _wins(self.ranks)

    def above(self, first: Levels, second: Levels) -> Floats:
        """Give of pairs of countries (numbers of their columns) what :attr:`wins` says of all, in their order."""
        upper, lower = self.ranks[:, first], self.ranks[:, second]
        both = (~np.isnan(upper + lower)).sum(axis=0)
        won = (upper < lower).sum(axis=0) + (upper == lower).sum(axis=0) / 2
        return np.where(both > 0, won / np.maximum(both, 1), np.nan)

    @property
    def median(self) -> Floats:
        """Median rank of each country; NaN: never ranked."""
        found: Floats = self._quantiles[1]
        return found

    @property
    def interval(self) -> Floats:
        """Ends of the 90 % interval of ranks, shape (2, countries)."""
        return self._quantiles[::2]

    @property
    def in_top(self) -> Floats:
        """Share of the draws in which a country is ranked that put it among the first ten."""
        ranked = (~np.isnan(self.ranks)).sum(axis=0)
        return np.where(ranked > 0, (self.ranks <= TOP).sum(axis=0) / np.maximum(ranked, 1), np.nan)

    @cached_property
    def _quantiles(self) -> Floats:
        """Give least, median and greatest rank, shape (3, countries), linear between the draws of each."""
        ordered = np.sort(self.ranks, axis=0)  # NaN last
        count = (~np.isnan(self.ranks)).sum(axis=0)
        places = np.array([PERCENTILES[0], 50.0, PERCENTILES[1]])[:, None] / 100 * np.maximum(count - 1, 0)
        below = np.floor(places).astype(int)
        lower, upper = (
            np.take_along_axis(ordered, np.minimum(at, len(ordered) - 1), axis=0) for at in (below, below + 1)
        )
        part = places - below
        found: Floats = np.where(part > 0, lower + (upper - lower) * part, lower)
        return found


def simulate(table: Table, structure: Structure, *, seed: int, draws: int = DRAWS) -> Uncertainty:
    """Draw. The same seed gives the same draws; the order of draws means nothing.

    Args:
        table: values with their intervals.
        structure: the index.
        seed: of everything that is drawn.
        draws: at least 20.

    """
    generator = np.random.default_rng(seed)
    pool = max(min(_LARGEST_POOL, draws // 20), 1)
    sizes = {
        "screening": len(SCREENS),
        "imputation": 2,
        "treatment": len(_TREATMENTS),
        "normalisation": len(_NORMALISATIONS),
        "aggregation": len(_MEANS),
        "weights": pool,
        "errors of figures": pool,
    }
    levels = {name: _balanced(generator, size, draws) for name, size in sizes.items()}
    weights = _weights(generator, structure, pool)
    errors = _errors(generator, table, pool)
    scores = np.full((draws, len(table.countries)), np.nan)
    for screen, is_imputing, treatment, normalisation in product(
        range(len(SCREENS)), (0, 1), range(len(_TREATMENTS)), range(len(_NORMALISATIONS))
    ):
        chosen = np.flatnonzero(
            (levels["screening"] == screen)
            & (levels["imputation"] == is_imputing)
            & (levels["treatment"] == treatment)
            & (levels["normalisation"] == normalisation)
        )
        known = table.values if is_imputing else np.where(table.is_imputed, np.nan, table.values)
        ranked = steps.is_ranked(known, structure, SCREENS[screen])
        if chosen.size and ranked.any():
            values = np.where(np.isnan(known), np.nan, errors[levels["errors of figures"][chosen]])[:, ranked]
            treated = steps.treat(values, structure.leaves, _TREATMENTS[treatment])
            leaves = steps.normalise(treated, structure.leaves, _NORMALISATIONS[normalisation], _TREATMENTS[treatment])
            dimensions = steps.dimension_scores(leaves, structure, steps.weights(structure), Mean.ARITHMETIC)
            drawn = weights[levels["weights"][chosen]][:, None, :]
            scores[np.ix_(chosen, np.flatnonzero(ranked))] = _aggregated(
                dimensions, drawn, levels["aggregation"][chosen]
            )
    ranks = steps.ranks(scores)
    return Uncertainty(ranks=ranks, levels=MappingProxyType(levels))


def _balanced(generator: np.random.Generator, size: int, draws: int) -> Levels:
    """Give each level as many draws as any other, but for one, in random order."""
    return generator.permutation(np.arange(draws) % size)


def _weights(generator: np.random.Generator, structure: Structure, pool: int) -> Floats:
    """Draw weights of dimensions, the structure's own first."""
    own = steps.dimension_weights(structure)
    drawn = generator.dirichlet(own * len(own) * CONCENTRATION, pool)
    return np.concatenate([own[None], drawn])[:pool]


def _errors(generator: np.random.Generator, table: Table, pool: int) -> Floats:
    """Draw values over their intervals: half the draws on each side, and nearer ones more often than far ones."""
    away = generator.triangular(-1, 0, 1, (pool, *table.values.shape))
    below, above = table.values - table.low, table.high - table.values
    return table.values + np.where(away < 0, below, above) * away


def _aggregated(dimensions: Floats, weights: Floats, means: Levels) -> Floats:
    found = np.empty(dimensions.shape[:-1])
    for level, kind in enumerate(_MEANS):
        chosen = means == level
        found[chosen] = steps.mean(dimensions[chosen], weights[chosen], kind)
    return found


def _wins(ranks: Floats) -> Floats:
    known = (~np.isnan(ranks)).astype(np.float32)
    both = known.T @ known
    twice = np.where(np.isnan(ranks), 0, 2 * ranks).astype(np.int32).T.copy()  # mean places are whole numbers then
    own = np.where(twice == 0, np.iinfo(np.int32).max, twice)  # who is not ranked wins against nobody
    won = np.empty(both.shape)
    for at, line in enumerate(own):
        won[at] = np.count_nonzero(line < twice, axis=1) + np.count_nonzero(line == twice, axis=1) / 2
    return np.where(both > 0, won / np.maximum(both, 1), np.nan)


def explained(found: Uncertainty, switches: Collection[str] = ()) -> Mapping[str, Floats]:
    """Give the share of the variance of each country's rank that each switch explains alone, 0 to 1.

    What they do not explain together comes of switches acting together. NaN: the rank never varies.

    Args:
        found: the draws.
        switches: those that are asked for; none: all.

    """
    known = (~np.isnan(found.ranks)).astype(float)
    filled = np.where(known > 0, found.ranks, 0)
    total = known.sum(axis=0)
    mean = filled.sum(axis=0) / np.maximum(total, 1)
    whole = (known * (filled - mean) ** 2).sum(axis=0)
    shares = {}
    for name in sorted(switches or found.levels):
        levels = found.levels[name]
        order = np.argsort(levels, kind="stable")
        starts = np.flatnonzero(np.diff(levels[order], prepend=-1))  # the first draw of each level
        counts, sums = (np.add.reduceat(each[order], starts, axis=0) for each in (known, filled))
        groups = (counts > 0).sum(axis=0)
        between = (counts * (sums / np.maximum(counts, 1) - mean) ** 2).sum(axis=0)
        # what chance alone puts between groups: as much for each as is within them
        chance = (groups - 1) * (whole - between) / np.maximum(total - groups, 1)
        share = (between - chance) / np.where(whole > 0, whole, 1)
        shares[name] = np.where((whole > 0) & (total > groups), np.clip(share, 0, 1), np.nan)
    return shares


def together(scales: Mapping[str, Uncertainty]) -> Uncertainty:
    """Join the draws of several indices of the same countries; the choice among them is one switch more, ``scale``.

    Raises:
        ValueError: there is none.

    """
    if not scales:
        message = "no indices to join"
        raise ValueError(message)
    parts = [scales[name] for name in sorted(scales)]
    ranks = np.concatenate([part.ranks for part in parts])
    levels = {name: np.concatenate([part.levels[name] for part in parts]) for name in parts[0].levels}
    levels["scale"] = np.repeat(np.arange(len(parts)), [len(part.ranks) for part in parts])
    return Uncertainty(ranks=ranks, levels=MappingProxyType(levels))
