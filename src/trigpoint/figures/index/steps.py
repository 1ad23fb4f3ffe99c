"""The steps of an index, as functions of arrays whose last two axes are countries and indicators.

Axes before them (draws) are carried along, so that one country list or thousands of draws of it go the same way. NaN
is *not known*, in and out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.figures.index.structure import Bools, Floats, Leaf, Structure

OVERALL = 2 / 3
"""Share of all indicators that must be known, or a country is not ranked."""
IN_DIMENSION = 1 / 2
"""Share of the indicators of each dimension that must be known."""
OLDEST = 3
"""Years by which an observation that stands in for a missing one may be older."""
SKEWED, PEAKED = 2.0, 3.5
"""Sample skewness and excess kurtosis above which both an indicator has outliers (OECD/JRC; COINr has the same)."""
MOST_WINSORISED = 5
"""Values that are drawn in at most, of each indicator."""
FLOOR = 1.0
"""Least score, of 100, that enters a geometric or harmonic mean: a nought would make the whole index nought."""

_CLOSE = 1e-9  # a share of two thirds is two thirds, whatever its last bit


class Treatment(StrEnum):
    """What is done about outliers before normalising."""

    LOG = "log"
    """Logarithm of indicators whose steps are multiples."""
    WINSORISE = "winsorise"
    """The farthest values are set to the next one, until skewness and kurtosis are low (COINr's rule)."""
    NONE = "none"


class Normalisation(StrEnum):
    """How values become scores from 0 to 100."""

    GOALPOSTS = "goalposts"
    """Between two fixed values: scores of two editions compare."""
    MIN_MAX = "min-max"
    """Between the least and greatest value."""
    Z = "z"
    """Fifty, and ten for each standard deviation."""
    RANK = "rank"
    """Share of the countries below, equal ones half."""


class Mean(StrEnum):
    """How scores are put together."""

    ARITHMETIC = "arithmetic"
    """A low score is made good by a high one."""
    GEOMETRIC = "geometric"
    """Only in part."""
    HARMONIC = "harmonic"
    """Still less."""


def is_ranked(values: Floats, structure: Structure, overall: float = OVERALL, inside: float = IN_DIMENSION) -> Bools:
    """Tell of which countries enough is known. Shape (countries, leaves) in, (countries,) out."""
    known = ~np.isnan(values)
    enough: Bools = known.mean(axis=-1) >= overall - _CLOSE
    for columns in structure.slices:
        enough &= known[..., columns].mean(axis=-1) >= inside - _CLOSE
    return enough


def last_observation(by_year: Mapping[int, float], year: int, oldest: int = OLDEST) -> tuple[float, int] | None:
    """Take the value of a year, or the newest of the years before it that is not too old.

    >>> last_observation({2019: 0.4, 2020: 0.5}, 2022), last_observation({2018: 0.4}, 2022)
    ((0.5, 2020), None)

    Returns:
        The value and its year; none where there is none.

    """
    years = [known for known in by_year if year - oldest <= known <= year]
    return (by_year[max(years)], max(years)) if years else None


def treat(values: Floats, leaves: tuple[Leaf, ...], treatment: Treatment) -> Floats:
    """Treat outliers. Values below the lower goalpost of a logarithmic indicator are set to it first."""
    if treatment is Treatment.NONE:
        return values
    if treatment is Treatment.WINSORISE:
        return winsorise(values)
    columns = [at for at, leaf in enumerate(leaves) if leaf.is_logarithmic]
    floors = np.array([leaves[at].goalposts[0] for at in columns])
    treated = values.copy()
    treated[..., columns] = np.log10(np.maximum(values[..., columns], floors))
    return treated


def winsorise(values: Floats, most: int = MOST_WINSORISED) -> Floats:
    """Set the farthest value of an indicator with outliers to the next one, and again, ``most`` times at most.

    To the next value, not to a quartile: that would change the order of countries that were no outliers.
    """
    treated = values.reshape(-1, *values.shape[-2:]).copy()
    left = np.arange(len(treated))  # draws in which some indicator still has outliers
    for _ in range(most):
        has_outliers, is_high = _outliers(treated[left])
        found = has_outliers.any(axis=-1)
        left, has_outliers, is_high = left[found], has_outliers[found], is_high[found]
        treated[left] = np.where(has_outliers[..., None, :], _drawn_in(treated[left], is_high), treated[left])
    return treated.reshape(values.shape)


def _outliers(values: Floats) -> tuple[Bools, Bools]:
    """Tell which indicators have outliers, and whether these are high ones."""
    skewness, kurtosis = moments(values)
    return (np.abs(skewness) > SKEWED) & (kurtosis > PEAKED), skewness > 0


def moments(values: Floats) -> tuple[Floats, Floats]:
    """Give sample skewness and excess kurtosis over countries (type 2 of Joanes and Gill 1998, as SAS and COINr do).

    Where there are fewer than four values, or all are equal, both are nought: nothing can be said.
    """
    known = ~np.isnan(values)
    count = known.sum(axis=-2).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0).sum(axis=-2) / count
        away = np.where(known, values - mean[..., None, :], 0)
        square = away * away
        second = square.sum(axis=-2) / count
        skew = (square * away).sum(axis=-2) / count / second**1.5
        kurt = (square * square).sum(axis=-2) / count / second**2 - 3
        skew *= np.sqrt(count * (count - 1)) / (count - 2)
        kurt = ((count + 1) * kurt + 6) * (count - 1) / ((count - 2) * (count - 3))
    usable = (count > 3) & np.isfinite(skew) & np.isfinite(kurt)  # noqa: PLR2004 - the formula's last divisor
    return np.where(usable, skew, 0.0), np.where(usable, kurt, 0.0)


def _drawn_in(values: Floats, is_high: Bools) -> Floats:
    """Set the values at the far end of each indicator to the next one below (or above) them."""
    signed = np.where(is_high[..., None, :], values, -values)
    filled = np.where(np.isnan(signed), -np.inf, signed)
    top = filled.max(axis=-2, keepdims=True)
    below = np.where(filled < top, filled, -np.inf).max(axis=-2, keepdims=True)
    drawn = np.where(filled == top, below, signed)
    return np.where(is_high[..., None, :], drawn, -drawn)


def normalise(values: Floats, leaves: tuple[Leaf, ...], normalisation: Normalisation, treatment: Treatment) -> Floats:
    """Turn treated values into scores from 0 to 100, 100 the best."""
    match normalisation:
        case Normalisation.GOALPOSTS:
            scores = _between(values, *_goalposts(leaves, treatment))
        case Normalisation.MIN_MAX:
            low, high = _fold(np.fmin, values), _fold(np.fmax, values)
            scores = _between(values, low, high)
        case Normalisation.Z:
            scores = _standardised(values)
        case Normalisation.RANK:
            scores = _share_below(values)
        case _:
            assert_never(normalisation)
    is_good = np.array([leaf.more_is_better for leaf in leaves])
    return np.where(is_good, scores, 100 - scores)


def _goalposts(leaves: tuple[Leaf, ...], treatment: Treatment) -> tuple[Floats, Floats]:
    posts = np.array([leaf.goalposts for leaf in leaves], dtype=float)
    if treatment is Treatment.LOG:
        logarithmic = [leaf.is_logarithmic for leaf in leaves]
        posts[logarithmic] = np.log10(posts[logarithmic])
    return posts[:, 0], posts[:, 1]


def _fold(function: np.ufunc, values: Floats) -> Floats:
    found: Floats = function.reduce(values, axis=-2, keepdims=True)
    return found


def _between(values: Floats, low: Floats, high: Floats) -> Floats:
    """Give 0 at or below the first, 100 at or above the second; 50 where both are one, since nothing tells apart."""
    wide = high > low
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = np.where(
            wide, (values - low) / np.where(wide, high - low, 1) * 100, np.where(np.isnan(values), np.nan, 50)
        )
    clipped: Floats = np.clip(scores, 0, 100)
    return clipped


def _standardised(values: Floats) -> Floats:
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=-2, keepdims=True), 1)
    mean = np.where(known, values, 0).sum(axis=-2, keepdims=True) / count
    away = values - mean
    deviation = np.sqrt(np.where(known, away**2, 0).sum(axis=-2, keepdims=True) / np.maximum(count - 1, 1))
    scores: Floats = np.clip(50 + 10 * away / np.where(deviation > 0, deviation, 1), 0, 100)
    return scores


def _share_below(values: Floats) -> Floats:
    count = (~np.isnan(values)).sum(axis=-2, keepdims=True)
    below, equal = _compared(np.moveaxis(values, -2, -1))
    places = np.moveaxis(below + (equal - 1) / 2, -1, -2)
    scores = np.where(count > 1, places / np.maximum(count - 1, 1) * 100, 50.0)
    return np.where(np.isnan(values), np.nan, scores)


def _compared(values: Floats) -> tuple[Floats, Floats]:
    """Count along the last axis, of each value, how many are below it and how many equal (itself among them)."""
    if not values.size:
        return values, values
    order = np.argsort(values, axis=-1)  # NaN last
    ordered = np.take_along_axis(values, order, axis=-1)
    places, last = np.arange(values.shape[-1]), np.ones_like(ordered[..., :1], dtype=bool)
    is_new = ordered[..., 1:] != ordered[..., :-1]  # whether a value differs from the one before it
    first = np.maximum.accumulate(np.where(np.concatenate([last, is_new], axis=-1), places, 0), axis=-1)
    ends = np.where(np.concatenate([is_new, last], axis=-1), places + 1, values.shape[-1])
    past = np.minimum.accumulate(ends[..., ::-1], axis=-1)[..., ::-1]
    below, equal = np.empty_like(values), np.empty_like(values)
    np.put_along_axis(below, order, first.astype(float), axis=-1)
    np.put_along_axis(equal, order, (past - first).astype(float), axis=-1)
    return below, equal


def ranks(scores: Floats) -> Floats:
    """Rank along the last axis, 1 the best; equal scores share the mean of their places, NaN has none.

    >>> ranks(np.array([10.0, 30.0, 30.0, np.nan])).tolist()
    [3.0, 1.5, 1.5, nan]
    """
    below, equal = _compared(-np.round(scores, 9))
    return np.where(np.isnan(scores), np.nan, below + (equal + 1) / 2)


def weights(structure: Structure) -> Floats:
    """Give each leaf its weight inside its dimension, of sum 1."""
    shares = [np.array([leaf.weight for leaf in dimension.leaves]) for dimension in structure.dimensions]
    return np.concatenate([share / share.sum() for share in shares])


def dimension_weights(structure: Structure) -> Floats:
    """Give each dimension its weight, of sum 1."""
    found = np.array([dimension.weight for dimension in structure.dimensions])
    weighed: Floats = found / found.sum()
    return weighed


def mean(scores: Floats, weights_of: Floats, kind: Mean) -> Floats:
    """Put scores along the last axis together; those not known are left out, and the others weigh the more.

    Args:
        scores: 0 to 100.
        weights_of: of shape that goes with the scores.
        kind: which mean; but for the arithmetic one, scores below :data:`FLOOR` are set to it.

    """
    known = ~np.isnan(scores)
    shares = np.where(known, weights_of, 0)
    total = shares.sum(axis=-1)
    floored = np.maximum(np.where(known, scores, FLOOR), FLOOR)
    with np.errstate(invalid="ignore", divide="ignore"):
        match kind:
            case Mean.ARITHMETIC:
                found = (np.where(known, scores, 0) * shares).sum(axis=-1) / total
            case Mean.GEOMETRIC:
                found = np.exp((np.log(floored) * shares).sum(axis=-1) / total)
            case Mean.HARMONIC:
                found = total / (shares / floored).sum(axis=-1)
            case _:
                assert_never(kind)
    return np.where(total > 0, found, np.nan)


def dimension_scores(scores: Floats, structure: Structure, leaf_weights: Floats, inside: Mean) -> Floats:
    """Put the indicators of each dimension together: the last axis becomes dimensions."""
    parts = [mean(scores[..., columns], leaf_weights[..., columns], inside) for columns in structure.slices]
    return np.stack(parts, axis=-1)
