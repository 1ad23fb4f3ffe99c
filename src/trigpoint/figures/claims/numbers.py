"""Claims of a number: facts of the claim's time, by whose number it is and how it was counted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from trigpoint.figures.claims.facts import FactKind
from trigpoint.figures.claims.fit import ROUNDED, Bearing, Fit, bearing
from trigpoint.figures.claims.why import Why, because
from trigpoint.model.claim import ClaimVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trigpoint.figures.claims.facts import Fact, Metric
    from trigpoint.figures.claims.periods import Period

COARSE = 0.10
"""Relative deviation from a yearly figure above which a claim of a month is off, wherever in the year it lies."""

_Group = tuple[str, str, str]
_DIFFERENT = {
    1: (ClaimVerdict.DEPENDS_ON_DEFINITION, because("by one definition it is so, by another one not")),
    2: (ClaimVerdict.DEPENDS_ON_COUNTING, because("by one way of counting it is so, by another one not")),
}
_BEST = {
    Fit.EXACT: (ClaimVerdict.SUPPORTED, because("figures of that time say the same")),
    Fit.ROUND: (ClaimVerdict.ROUNDED, because("figures of that time say the same when rounded")),
    Fit.REVISED: (ClaimVerdict.SUPPORTED_IN_VINTAGE, because("the source said so then, and has revised it since")),
}


def of_the_time(claimed: float, facts: Iterable[Fact], when: Period, metric: Metric) -> list[Bearing]:
    """Set a number beside the observations of its time.

    Where some are as exact in time as the claim, only those decide, and other vintages of them: a figure of a year
    says little of a month.
    """
    near = [
        fact
        for fact in facts
        if fact.kind is FactKind.OBSERVATION
        and fact.value is not None
        and fact.months.distance(when) <= metric.window_months
    ]
    exact = [fact for fact in near if is_exact(fact, when, metric)]
    groups = {fact.group for fact in exact}
    found = [bearing(claimed, fact) for fact in near]
    return [Bearing(it.fact, it.fit, it.deviation, not exact or it.fact.group in groups) for it in found]


def judged(found: Sequence[Bearing], when: Period, metric: Metric) -> tuple[ClaimVerdict, Why]:
    """Judge a number by what bears on it; there is something that decides.

    Args:
        found: as :func:`of_the_time` gives it.
        when: of the claim.
        metric: likewise.

    """
    deciding = [it for it in found if it.decides]
    fits = {group: _best_of(members) for group, members in _grouped(deciding).items()}
    if max(fits.values()) is Fit.OFF:
        return _off(deciding, is_coarse=not any(is_exact(it.fact, when, metric) for it in deciding))
    against = [group for group, fit in fits.items() if fit is Fit.OFF]
    if against:
        return _differing([group for group, fit in fits.items() if fit is not Fit.OFF], against)
    return _BEST[Fit.REVISED if Fit.REVISED in fits.values() else max(fits.values())]


def is_exact(fact: Fact, when: Period, metric: Metric) -> bool:
    """Tell whether a fact is as exact in time as a claim: as short, or of a year whose end is meant."""
    is_of_its_end = metric.year_end and fact.months.last == when.last
    return is_of_its_end or fact.months.months <= when.months + 2 * metric.window_months


def _grouped(found: Iterable[Bearing]) -> dict[_Group, list[Bearing]]:
    groups = defaultdict(list)
    for it in found:
        groups[it.fact.group].append(it)
    return groups


def _best_of(members: Sequence[Bearing]) -> Fit:
    """Give the best fit over the times of a group; at each, the newest vintage counts before older ones."""
    return max(_at_one_time(_vintages(one, members)) for one in members)


def _vintages(one: Bearing, members: Sequence[Bearing]) -> list[Bearing]:
    return [it for it in members if it.fact.months.overlaps(one.fact.months)]


def _at_one_time(vintages: Sequence[Bearing]) -> Fit:
    newest = max(it.fact.published for it in vintages)
    now = max(it.fit for it in vintages if it.fact.published == newest)
    return now if now is not Fit.OFF or not any(it.fit for it in vintages) else Fit.REVISED


def _differing(agreeing: Sequence[_Group], against: Sequence[_Group]) -> tuple[ClaimVerdict, Why]:
    """Say in what the groups differ: the way of counting before the definition, and both before whose number it is."""
    for part in (2, 1):
        if {group[part] for group in agreeing} - {group[part] for group in against}:
            return _DIFFERENT[part]
    return ClaimVerdict.DEPENDS_ON_DEFINITION, because("one source says so, another one does not")


def _off(deciding: Sequence[Bearing], *, is_coarse: bool) -> tuple[ClaimVerdict, Why]:
    if is_coarse and any(it.deviation is not None and abs(it.deviation) <= COARSE for it in deciding):
        return ClaimVerdict.NOT_CHECKABLE, because("there are figures of longer periods only, and they are near")
    return ClaimVerdict.UNSUPPORTED, because("figures of that time say something else")


def bounded(claimed: float, facts: Iterable[Fact], when: Period) -> list[Bearing]:
    """Give facts of other times that a claim contradicts, where the number has only grown.

    Of facts that contradict the growth themselves, such as an old vintage above a later year, none bounds anything.
    """
    observed = [fact for fact in facts if fact.kind is FactKind.OBSERVATION and fact.value is not None]
    found = []
    for fact in observed:
        if fact.months.overlaps(when) or any(_shrinks(fact, other) or _shrinks(other, fact) for other in observed):
            continue
        low, high = _ends(fact)
        if claimed > high if fact.months.first > when.last else claimed < low:
            found.append(bearing(claimed, fact))
    return found


def _shrinks(earlier: Fact, later: Fact) -> bool:
    return earlier.months.last < later.months.first and _ends(earlier)[0] > _ends(later)[1]


def _ends(fact: Fact) -> tuple[float, float]:
    value = fact.value or 0.0
    return value * (1 - ROUNDED), value * (1 + ROUNDED)
