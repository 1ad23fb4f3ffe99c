"""The rules by which claims are checked, in their order; the first that has an answer gives it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.claims.facts import Base, Fact, FactKind, Metric
from trigpoint.figures.claims.fit import Bearing, Fit, bearing
from trigpoint.figures.claims.numbers import bounded, judged, longest_exact, of_the_time
from trigpoint.figures.claims.periods import Period, period
from trigpoint.model.claim import Claim, ClaimKind, ClaimVerdict
from trigpoint.reference.country_words import code_of, is_named

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = re.compile(r"\b(mainly|mostly|most|majority|more than half|primarily|predominantly)\b", re.IGNORECASE)
_LARGEST = re.compile(r"\b(largest|biggest|leading|greatest)\b", re.IGNORECASE)
_HALF = 0.5


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, made ready to be checked."""

    claim: Claim
    subject: str
    """Code of the country, of the world, or the name."""
    number: float | None
    """The number in the metric's unit. Missing: none is claimed."""
    names: tuple[str, ...]
    """Names claimed."""
    when: Period
    metric: Metric | None
    """Missing: no such metric is known."""
    facts: tuple[Fact, ...]
    """All of the metric and the subject, at any time."""
    base: Base


class Answer(msgspec.Struct, frozen=True):
    """What a rule says."""

    verdict: ClaimVerdict
    why: str
    bearings: tuple[Bearing, ...] = ()


class ClaimRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule."""

    id: str
    meaning: str
    """When it answers, and what."""
    answer: Callable[[Question], Answer | None]


def _measured(question: Question) -> Answer | None:
    is_so = question.metric.is_measured if question.metric else question.claim.kind is ClaimKind.MEASURABLE
    why = "measurements of networks in the country would show it: trigpoint survey"
    return Answer(ClaimVerdict.CHECKABLE_BY_MEASUREMENT, why) if is_so else None


def _category(question: Question) -> Answer | None:
    metric = question.metric
    if metric is None or not metric.members or not question.names:
        return None
    states = [name for name in question.names if code_of(name)]
    if not states:
        return None
    facts = tuple(Bearing(fact, Fit.OFF, None) for fact in question.facts)
    why = f"members are {metric.members}, and {', '.join(states)} are states"
    return Answer(ClaimVerdict.CATEGORY_ERROR, why, facts)


def _named(question: Question) -> Answer | None:
    if question.metric is None or not question.metric.members or not question.names:
        return None
    listed = {name.casefold() for fact in question.facts for name in fact.names}
    facts = tuple(Bearing(fact, Fit.OFF, None) for fact in question.facts)
    if {name.casefold() for name in question.names} <= listed:
        return Answer(ClaimVerdict.SUPPORTED, "the list on record names them", facts)
    return Answer(ClaimVerdict.NOT_CHECKABLE, "the list on record is not complete, and does not name them", facts)


def _nothing_known(question: Question) -> Answer | None:
    if question.metric is None or not (question.facts or question.metric.is_counted):
        return Answer(ClaimVerdict.NOT_CHECKABLE, "no figure of it is on record")
    return None


def _part(question: Question) -> Answer | None:
    """Judge shares of parts, such as countries of origin, and words like "mainly"."""
    if question.metric is None or not any(fact.object for fact in question.facts):
        return None
    window = question.metric.window_months
    parts = [fact for fact in question.facts if fact.object and fact.months.distance(question.when) <= window]
    named = [fact for fact in parts if is_named(fact.object, question.claim.quote)]
    if len(named) != 1 or named[0].value is None:
        return Answer(ClaimVerdict.NOT_CHECKABLE, "no figure of that part at that time is on record")
    if question.number is not None:
        found = (bearing(question.number, named[0]),)
        return Answer(*judged(found, longest_exact(question.when, question.metric)), found)
    is_largest = all(named[0].value >= (fact.value or 0) for fact in parts)
    shown = tuple(Bearing(fact, Fit.OFF, None) for fact in parts)
    return Answer(*_compared(question.claim.quote, named[0].value, is_largest=is_largest), shown)


def _compared(quote: str, share: float, *, is_largest: bool) -> tuple[ClaimVerdict, str]:
    """Judge what a quote says of a part without a number."""
    if _MOST.search(quote):
        return _most(share, is_largest=is_largest)
    if not _LARGEST.search(quote):
        return ClaimVerdict.NOT_CHECKABLE, "the claim compares nothing"
    if is_largest:
        return ClaimVerdict.SUPPORTED, "it is the largest part"
    return ClaimVerdict.UNSUPPORTED, "another part is larger"


def _most(share: float, *, is_largest: bool) -> tuple[ClaimVerdict, str]:
    if share > _HALF:
        return ClaimVerdict.SUPPORTED, "it is more than half"
    if is_largest:
        return ClaimVerdict.LARGEST_NOT_MOST, f"it is the largest part, and {share:.1%} is less than half"
    return ClaimVerdict.UNSUPPORTED, "another part is larger, and it is less than half"


def _ahead(question: Question) -> Answer | None:
    if question.claim.kind in {ClaimKind.TARGET, ClaimKind.FORECAST} and question.number is None:
        return Answer(ClaimVerdict.NOT_CHECKABLE, "what is said of the future gives no number")
    return None


def _numberless(question: Question) -> Answer | None:
    if question.number is None:
        return Answer(ClaimVerdict.NOT_CHECKABLE, "the claim gives no number")
    return None


def _wanted(question: Question) -> Answer | None:
    """Judge targets and forecasts by what was wanted or expected of that time; the outcome is told beside it."""
    kind = question.claim.kind
    if kind not in {ClaimKind.TARGET, ClaimKind.FORECAST} or question.number is None or question.metric is None:
        return None
    ahead = [fact for fact in question.facts if fact.kind is not FactKind.OBSERVATION and fact.value is not None]
    found = [bearing(question.number, fact) for fact in ahead if fact.months.overlaps(question.when)]
    outcome = of_the_time(question.number, question.facts, question.when, question.metric)
    kinds = {it.fact.kind for it in found if it.fit is not Fit.OFF}
    shown = (*found, *(Bearing(it.fact, it.fit, it.deviation, decides=False) for it in outcome))
    wanted = FactKind.TARGET if kind is ClaimKind.TARGET else FactKind.FORECAST
    if wanted in kinds:
        return Answer(ClaimVerdict.SUPPORTED, f"that {wanted.value} is on record{_outcome(outcome)}", shown)
    if kinds == {FactKind.TARGET}:
        return Answer(ClaimVerdict.TARGET_NOT_FORECAST, f"it is somebody's target{_outcome(outcome)}", shown)
    if found:
        return Answer(
            ClaimVerdict.UNSUPPORTED, f"what is on record of that time is another number{_outcome(outcome)}", shown
        )
    return Answer(ClaimVerdict.NOT_CHECKABLE, f"no {wanted.value} of that time is on record{_outcome(outcome)}", shown)


def _outcome(found: Sequence[Bearing]) -> str:
    deviations = [it.deviation for it in found if it.decides and it.deviation is not None]
    if not deviations:
        return ", and no outcome"
    nearest = min(deviations, key=abs)
    met = "met" if nearest <= 0 or any(it.fit is not Fit.OFF for it in found if it.decides) else "missed"
    return f", and was {met}: it is {nearest:+.0%} from the outcome"


def _observed(question: Question) -> Answer | None:
    if question.number is None or question.metric is None:
        return None
    facts = [*question.facts, *_counted(question)]
    found = tuple(of_the_time(question.number, facts, question.when, question.metric))
    longest = longest_exact(question.when, question.metric)
    return Answer(*judged(found, longest), found) if found else None


def _counted(question: Question) -> list[Fact]:
    """Count editions up to the claim's time: from those before its first month to those begun in its last one."""
    if question.metric is None or not question.metric.is_counted:
        return []
    own = [edition for edition in question.base.editions if edition.of == question.subject]
    before = [edition for edition in own if period(edition.last_day).last < question.when.first]
    begun = [edition for edition in own if period(edition.first_day).first <= question.when.last]
    if not begun or question.number is None:
        return []
    last = begun if question.number.is_integer() else before  # there is no half of an edition
    return [
        Fact(
            metric=question.claim.metric,
            subject=question.subject,
            period=question.claim.asof,
            value=float(len(before)),
            low=float(len(before)),
            high=float(len(last)),
            origin="record of editions",
            organisation="record of editions",
            title=f"editions held, the last {begun[-1].first_day}",
            url=begun[-1].url,
            published=begun[-1].last_day,
        )
    ]


def _bounded(question: Question) -> Answer | None:
    if question.metric is None or not question.metric.grows or question.number is None:
        return None
    found = tuple(bounded(question.number, question.facts, question.when))
    why = "the number has only grown, and figures of other times lie on the wrong side of it"
    return Answer(ClaimVerdict.UNSUPPORTED, why, found) if found else None


def _nothing_then(question: Question) -> Answer | None:
    return Answer(ClaimVerdict.NOT_CHECKABLE, f"no figure of {question.claim.asof} is on record")


RULES = (
    ClaimRule(id="claim.measured", meaning="measurements of networks would show it", answer=_measured),
    ClaimRule(id="claim.category", meaning="members that are organisations are said to be states", answer=_category),
    ClaimRule(id="claim.members", meaning="members are held against the list on record", answer=_named),
    ClaimRule(id="claim.unknown", meaning="nothing is on record of what is claimed", answer=_nothing_known),
    ClaimRule(id="claim.ahead", meaning="a forecast or target gives no number", answer=_ahead),
    ClaimRule(id="claim.part", meaning="a part is held against the other parts", answer=_part),
    ClaimRule(id="claim.numberless", meaning="no number is claimed", answer=_numberless),
    ClaimRule(id="claim.wanted", meaning="forecasts and targets are held against those on record", answer=_wanted),
    ClaimRule(id="claim.observed", meaning="a number is held against figures of its time", answer=_observed),
    ClaimRule(id="claim.bounded", meaning="a number that only grows is held against other times", answer=_bounded),
    ClaimRule(id="claim.nothing", meaning="nothing is on record of its time", answer=_nothing_then),
)
"""All rules, in their order."""
