"""Projections of a share along S-curves: an ensemble of logistic, Gompertz and drift, and how well it did before.

Adoption follows an S-curve with a ceiling that nobody knows (Griliches 1957, doi:10.2307/1905380; Gompertz 1825). The
curves differ most where they are needed, so that the spread of an ensemble says more than the error of one fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 6
"""Years that must be known."""
LATEST = 20
"""Years that are fitted at most, the newest ones."""
RECENT = 5
"""Years whose mean growth the drift goes on with."""
_CEILINGS = 60
_LEAST, _MOST = 0.005, 0.995  # shares that tell where on a curve they are


class Projected(msgspec.Struct, frozen=True):
    """What the ensemble says of one year."""

    value: float
    """Median of the models."""
    low: float
    high: float


def project(shares: Mapping[int, float], years: int) -> Mapping[int, Projected]:
    """Project a share for years after the last one that is known. Empty: too little is known.

    Each curve is moved so that it goes through the last known value: what is projected is change.

    >>> found = project({year: 0.5 for year in range(2010, 2020)}, 1)
    >>> {year: round(one.value, 3) for year, one in found.items()}
    {2020: 0.5}

    Args:
        shares: 0 to 1, by year.
        years: how many.

    """
    known = sorted(year for year, share in shares.items() if _LEAST <= share <= _MOST)[-LATEST:]
    if len(known) < FEWEST or known[-1] != max(shares):
        return {}
    times, values = np.array(known, dtype=float), np.array([shares[year] for year in known])
    ahead = np.arange(known[-1] + 1, known[-1] + years + 1, dtype=float)
    models = [
        _anchored(_fitted(times, values, _logit, _expit), times[-1], values[-1], ahead),
        _anchored(_fitted(times, values, _gompit, _gompertz), times[-1], values[-1], ahead),
        values[-1] + _drift(times, values) * (ahead - times[-1]),
    ]
    shown = np.clip(np.stack(models), 0, 1)
    return {
        int(year): Projected(float(np.median(column)), float(column.min()), float(column.max()))
        for year, column in zip(ahead.tolist(), shown.T, strict=True)
    }


def back_test(shares: Mapping[int, float], year: int) -> Mapping[int, tuple[Projected, float]]:
    """Project from what was known in a year, and set beside it what came. Empty: too little known, or nothing came."""
    came = {at: share for at, share in shares.items() if at > year}
    if not came:
        return {}
    found = project({at: share for at, share in shares.items() if at <= year}, max(came) - year)
    return {at: (found[at], came[at]) for at in sorted(came) if at in found}


def _drift(times: Floats, values: Floats) -> float:
    first = max(len(values) - 1 - RECENT, 0)
    return float((values[-1] - values[first]) / (times[-1] - times[first]))


def _fitted(
    times: Floats, values: Floats, straight: Callable[[Floats], Floats], curve: Callable[[Floats], Floats]
) -> Callable[[Floats], Floats]:
    """Fit a curve by least squares on the straightened values for each ceiling, and take the one that fits best."""
    ceilings = np.linspace(min(values.max() * 1.002, 0.999), 1.0, _CEILINGS)
    middle = times.mean()
    away = times - middle
    lines = straight(values[None, :] / ceilings[:, None])
    slopes = (lines * away).sum(axis=1) / (away**2).sum()
    levels = lines.mean(axis=1)
    fits = ceilings[:, None] * curve(levels[:, None] + slopes[:, None] * away)
    best = int(((fits - values) ** 2).sum(axis=1).argmin())

    def curve_at(when: Floats) -> Floats:
        found: Floats = ceilings[best] * curve(levels[best] + slopes[best] * (when - middle))
        return found

    return curve_at


def _anchored(curve: Callable[[Floats], Floats], last: float, value: float, ahead: Floats) -> Floats:
    found: Floats = curve(ahead) - curve(np.array([last]))[0] + value
    return found


def _logit(shares: Floats) -> Floats:
    found: Floats = np.log(shares / (1 - shares))
    return found


def _expit(line: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-line))
    return found


def _gompit(shares: Floats) -> Floats:
    return -np.log(-np.log(shares))


def _gompertz(line: Floats) -> Floats:
    found: Floats = np.exp(-np.exp(-line))
    return found
