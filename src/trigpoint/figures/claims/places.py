"""Which place a country has among all by a metric, and whether a share is more than half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.claims.facts import Fact, FactKind
from trigpoint.figures.claims.fit import ROUNDED, Bearing, Fit
from trigpoint.figures.claims.numbers import is_exact
from trigpoint.model.claim import ClaimVerdict
from trigpoint.reference.countries import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.figures.claims.facts import Metric
    from trigpoint.figures.claims.periods import Period

FEWEST = 100
"""Countries of which there must be a figure before a place among them says anything."""
_HALF = 0.5

_Judged = tuple[ClaimVerdict, str, tuple[Bearing, ...]]


def placed(subject: str, place: int, facts: Iterable[Fact], when: Period, metric: Metric) -> _Judged | None:
    """Judge a claimed place, from 1 for the greatest. ``None``: too few countries have a figure of that time.

    Args:
        subject: code of the country.
        place: as it is claimed.
        facts: of the metric, of all countries.
        when: of the claim.
        metric: the metric.

    """
    newest = dict[str, Fact]()
    for fact in sorted(_of_the_time(facts, when, metric), key=lambda fact: (fact.published, fact.figure)):
        if fact.subject in COUNTRIES:
            newest[fact.subject] = fact
    own = newest.get(subject)
    if own is None or len(newest) < FEWEST:
        return None
    others = [fact for fact in newest.values() if fact is not own]
    least = 1 + sum(_value(fact) > _value(own) * (1 + ROUNDED) for fact in others)
    most = 1 + sum(_value(fact) >= _value(own) / (1 + ROUNDED) for fact in others)
    foremost = max(newest.values(), key=_value)
    shown = tuple(Bearing(fact, Fit.OFF, None) for fact in dict.fromkeys([own, foremost]))
    among = f"of {len(newest)} countries"
    if least == most == place:
        return ClaimVerdict.SUPPORTED, f"it has place {place} {among}", shown
    if least <= place <= most:
        return ClaimVerdict.NOT_CHECKABLE, f"it has a place from {least} to {most} {among}: others are too near", shown
    said = str(least) if least == most else f"{least} to {most}"
    return ClaimVerdict.UNSUPPORTED, f"it has place {said} {among}", shown


def halved(facts: Iterable[Fact], when: Period, metric: Metric) -> _Judged | None:
    """Judge that a share is more than half. ``None``: there is none of that time."""
    found = list(_of_the_time(facts, when, metric))
    if not found:
        return None
    newest = max(found, key=lambda fact: (fact.published, fact.figure))
    shown = (Bearing(newest, Fit.OFF, None),)
    if _value(newest) > _HALF:
        return ClaimVerdict.SUPPORTED, f"it is {_value(newest):.1%}, more than half", shown
    return ClaimVerdict.UNSUPPORTED, f"it is {_value(newest):.1%}, not more than half", shown


def _of_the_time(facts: Iterable[Fact], when: Period, metric: Metric) -> Iterable[Fact]:
    for fact in facts:
        is_seen = fact.kind is FactKind.OBSERVATION and fact.value is not None
        if is_seen and fact.months.overlaps(when) and is_exact(fact, when, metric):
            yield fact


def _value(fact: Fact) -> float:
    return fact.value or 0.0
