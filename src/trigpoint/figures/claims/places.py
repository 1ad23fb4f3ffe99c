"""Which place a country has among all by a metric, and whether a share is more than half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trigpoint.figures.claims.facts import Fact, FactKind
from trigpoint.figures.claims.fit import ROUNDED, Bearing, Fit
from trigpoint.figures.claims.numbers import is_exact
from trigpoint.figures.claims.why import Why, because
from trigpoint.model.claim import ClaimVerdict
from trigpoint.reference.countries import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.figures.claims.facts import Metric
    from trigpoint.figures.claims.periods import Period

FEWEST = 100
"""Countries of which there must be a figure before a place among them says anything."""
_HALF = 0.5

_Judged = tuple[ClaimVerdict, Why, tuple[Bearing, ...]]


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
    ends = {"low": str(least), "high": str(most), "count": str(len(newest))}
    if least == most:
        verdict = ClaimVerdict.SUPPORTED if place == least else ClaimVerdict.UNSUPPORTED
        return verdict, because("it has place {low} of {count} countries", **ends), shown
    if least <= place <= most:
        why = because("it has a place from {low} to {high} of {count} countries: others are too near", **ends)
        return ClaimVerdict.NOT_CHECKABLE, why, shown
    return ClaimVerdict.UNSUPPORTED, because("it has a place from {low} to {high} of {count} countries", **ends), shown


def halved(facts: Iterable[Fact], when: Period, metric: Metric) -> _Judged | None:
    """Judge that a share is more than half. ``None``: there is none of that time."""
    found = list(_of_the_time(facts, when, metric))
    if not found:
        return None
    newest = max(found, key=lambda fact: (fact.published, fact.figure))
    shown = (Bearing(newest, Fit.OFF, None),)
    share = f"{_value(newest):.1%}"
    if _value(newest) > _HALF:
        return ClaimVerdict.SUPPORTED, because("it is {share}, more than half", share=share), shown
    return ClaimVerdict.UNSUPPORTED, because("it is {share}, not more than half", share=share), shown


def _of_the_time(facts: Iterable[Fact], when: Period, metric: Metric) -> Iterable[Fact]:
    for fact in facts:
        is_seen = fact.kind is FactKind.OBSERVATION and fact.value is not None
        if is_seen and fact.months.overlaps(when) and is_exact(fact, when, metric):
            yield fact


def _value(fact: Fact) -> float:
    return fact.value or 0.0
