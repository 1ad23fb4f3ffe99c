"""The rules by which claims are checked, in their order; the first that has an answer gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.claims.counts import counted
from trigpoint.figures.claims.facts import Base, Fact, FactKind, Metric
from trigpoint.figures.claims.fit import Bearing, Fit, bearing, heeded
from trigpoint.figures.claims.numbers import bounded, judged, of_the_time
from trigpoint.figures.claims.periods import Period
from trigpoint.figures.claims.places import halved, placed
from trigpoint.figures.claims.quantities import Bound
from trigpoint.figures.claims.why import Why, because
from trigpoint.figures.claims.wording import compared, denies, place_of, says_more_than_half
from trigpoint.model.claim import Claim, ClaimKind, ClaimVerdict
from trigpoint.reference.country_words import code_of, is_named

if TYPE_CHECKING:
    from collections.abc import Sequence


_OF_THE_FUTURE = {ClaimKind.TARGET, ClaimKind.FORECAST}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A claim, made ready to be checked."""

    claim: Claim
    subject: str
    """Code of the country, of the world, or the name."""
    number: float | None
    """The number in the metric's unit. Missing: none is claimed."""
    misfit: str
    """Its unit, where that cannot be understood. Empty: it can."""
    bound: Bound
    """What the quote says that the number is."""
    place: int | None
    """The place among all countries, where the number is one."""
    names: tuple[str, ...]
    """Names claimed."""
    when: Period
    name: str
    """Of the metric that is meant."""
    metric: Metric | None
    """Missing: no such metric is known."""
    facts: tuple[Fact, ...]
    """All of the metric and the subject, at any time."""
    base: Base


class Answer(msgspec.Struct, frozen=True):
    """What a rule says."""

    verdict: ClaimVerdict
    why: Why
    bearings: tuple[Bearing, ...] = ()


class ClaimRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule."""

    id: str
    meaning: str
    """When it answers, and what."""
    answer: Callable[[Question], Answer | None]


def _measured(question: Question) -> Answer | None:
    is_so = question.metric.is_measured if question.metric else question.claim.kind is ClaimKind.MEASURABLE
    why = because("measurements of networks in the country would show it: {command}", command="trigpoint survey")
    return Answer(ClaimVerdict.CHECKABLE_BY_MEASUREMENT, why) if is_so else None


def _unit(question: Question) -> Answer | None:
    why = because("its unit “{unit}” is neither a scale nor what is counted", unit=question.misfit)
    return Answer(ClaimVerdict.NOT_CHECKABLE, why) if question.misfit else None


def _category(question: Question) -> Answer | None:
    kind = question.metric.members.get(question.subject) if question.metric else None
    states = tuple(code for name in question.names if (code := code_of(name)))
    if not kind or not states:
        return None
    facts = tuple(Bearing(fact, Fit.OFF, None) for fact in question.facts)
    one = because("members are {kind}, and {names} is a state", kind=because(kind), names=states)
    many = because("members are {kind}, and {names} are states", kind=because(kind), names=states)
    return Answer(ClaimVerdict.CATEGORY_ERROR, one if len(states) == 1 else many, facts)


def _denied(question: Question) -> Answer | None:
    why = because("its words say that something is not so; put what is claimed instead")
    return Answer(ClaimVerdict.NOT_CHECKABLE, why) if denies(question.claim.quote) else None


def _named(question: Question) -> Answer | None:
    metric = question.metric
    if metric is None or not metric.members or not question.names:
        return None
    lists = [fact for fact in question.facts if fact.months.distance(question.when) <= metric.window_months]
    if not lists:
        why = because("no list of members of {period} is on record", period=question.claim.asof)
        return Answer(ClaimVerdict.NOT_CHECKABLE, why)
    listed = {name.casefold() for fact in lists for name in fact.names}
    facts = tuple(Bearing(fact, Fit.OFF, None) for fact in lists)
    if {name.casefold() for name in question.names} <= listed:
        return Answer(ClaimVerdict.SUPPORTED, because("the list on record names them"), facts)
    why = because("the list on record is not complete, and does not name them")
    return Answer(ClaimVerdict.NOT_CHECKABLE, why, facts)


def _nothing_known(question: Question) -> Answer | None:
    if question.metric is None or not (question.facts or question.metric.is_counted):
        return Answer(ClaimVerdict.NOT_CHECKABLE, because("no figure of it is on record"))
    return None


def _impossible(question: Question) -> Answer | None:
    if question.number is None or question.metric is None:
        return None
    is_more_than_whole = question.metric.unit == "share" and question.number > 1
    why = because("no share is more than the whole")
    return Answer(ClaimVerdict.UNSUPPORTED, why) if is_more_than_whole else None


def _part(question: Question) -> Answer | None:
    """Judge shares of parts, such as countries of origin, and words like "mainly"."""
    if question.metric is None or not any(fact.object for fact in question.facts):
        return None
    # who speaks of a whole year leaves that much less room before and after it
    room = max(0, question.metric.window_months - (question.when.months - 1))
    parts = [fact for fact in question.facts if fact.object and fact.months.distance(question.when) <= room]
    named = [fact for fact in parts if is_named(fact.object, question.claim.quote)]
    if len(named) != 1 or named[0].value is None:
        return Answer(ClaimVerdict.NOT_CHECKABLE, because("no figure of that part at that time is on record"))
    share = named[0].value
    if question.number is not None:
        found = (heeded(question.number, bearing(question.number, named[0]), question.bound),)
        return Answer(*judged(found, question.when, question.metric), found)
    place = 1 + sum((fact.value or 0) > share for fact in parts)
    shown = tuple(Bearing(fact, Fit.OFF, None) for fact in parts)
    return Answer(*compared(question.claim.quote, share, place), shown)


def _half(question: Question) -> Answer | None:
    metric = question.metric
    is_meant = question.number in {None, 0.5} and says_more_than_half(question.claim.quote)
    if metric is None or metric.unit != "share" or question.claim.kind in _OF_THE_FUTURE or not is_meant:
        return None
    found = halved(question.facts, question.when, metric)
    return None if found is None else Answer(*found)


def _placed(question: Question) -> Answer | None:
    place = question.place or (place_of(question.claim.quote) if question.number is None else None)
    if question.metric is None or place is None or question.claim.kind in _OF_THE_FUTURE:
        return None
    facts = [fact for fact in question.base.facts if fact.metric == question.name]
    found = placed(question.subject, place, facts, question.when, question.metric)
    return None if found is None else Answer(*found)


def _ahead(question: Question) -> Answer | None:
    if question.claim.kind in _OF_THE_FUTURE and question.number is None:
        return Answer(ClaimVerdict.NOT_CHECKABLE, because("what is said of the future gives no number"))
    return None


def _numberless(question: Question) -> Answer | None:
    if question.number is None:
        return Answer(ClaimVerdict.NOT_CHECKABLE, because("the claim gives no number"))
    return None


def _wanted(question: Question) -> Answer | None:
    """Judge targets and forecasts by what was wanted or expected of that time; the outcome is told beside it."""
    kind = question.claim.kind
    if kind not in _OF_THE_FUTURE or question.number is None or question.metric is None:
        return None
    ahead = [fact for fact in question.facts if fact.kind is not FactKind.OBSERVATION and fact.value is not None]
    found = [bearing(question.number, fact) for fact in ahead if fact.months.overlaps(question.when)]
    outcome = of_the_time(question.number, question.facts, question.when, question.metric)
    kinds = {it.fact.kind for it in found if it.fit is not Fit.OFF}
    shown = (*found, *(Bearing(it.fact, it.fit, it.deviation, decides=False) for it in outcome))
    wanted = FactKind.TARGET if kind is ClaimKind.TARGET else FactKind.FORECAST
    if wanted in kinds:
        return Answer(ClaimVerdict.SUPPORTED, _KEPT[wanted](_outcome(outcome)), shown)
    if kinds == {FactKind.TARGET}:
        why = because("it is somebody's target, and {outcome}", outcome=_outcome(outcome))
        return Answer(ClaimVerdict.TARGET_NOT_FORECAST, why, shown)
    if found:
        other = because("what is on record of that time is another number")
        return Answer(ClaimVerdict.UNSUPPORTED, _off(other, outcome), shown)
    return Answer(ClaimVerdict.NOT_CHECKABLE, _off(_NONE[wanted], outcome), shown)


_KEPT: Mapping[FactKind, Callable[[Why], Why]] = {
    FactKind.TARGET: lambda outcome: because("that target is on record, and {outcome}", outcome=outcome),
    FactKind.FORECAST: lambda outcome: because("that forecast is on record, and {outcome}", outcome=outcome),
}
_NONE: Mapping[FactKind, Why] = {
    FactKind.TARGET: because("no target of that time is on record"),
    FactKind.FORECAST: because("no forecast of that time is on record"),
}


def _nearest(found: Sequence[Bearing]) -> float | None:
    deviations = [it.deviation for it in found if it.decides and it.deviation is not None]
    return min(deviations, key=abs, default=None)


def _off(why: Why, found: Sequence[Bearing]) -> Why:
    nearest = _nearest(found)
    if nearest is None:
        return why
    return because("{why}; the number is {off} from what came", why=why, off=f"{nearest:+.0%}")


def _outcome(found: Sequence[Bearing]) -> Why:
    nearest = _nearest(found)
    if nearest is None:
        return because("no outcome is")
    off = f"{nearest:+.0%}"
    if nearest <= 0 or any(it.fit is not Fit.OFF for it in found if it.decides):
        return because("was met: it is {off} from the outcome", off=off)
    return because("was missed: it is {off} from the outcome", off=off)


def _observed(question: Question) -> Answer | None:
    if question.number is None or question.metric is None:
        return None
    near = of_the_time(question.number, question.facts, question.when, question.metric)
    found = tuple(heeded(question.number, it, question.bound) for it in near)
    return Answer(*judged(found, question.when, question.metric), found) if found else None


def _counted(question: Question) -> Answer | None:
    """Count editions: those that were over before the claim's time, and those begun up to its end."""
    if question.metric is None or not question.metric.is_counted or question.number is None:
        return None
    own = [edition for edition in question.base.editions if edition.of == question.subject]
    tally = counted(own, question.claim.asof, question.number, question.claim.metric)
    return None if tally is None else Answer(tally.verdict, tally.why, (tally.bearing,))


def _bounded(question: Question) -> Answer | None:
    if question.metric is None or not question.metric.grows or question.number is None:
        return None
    found = tuple(bounded(question.number, question.facts, question.when))
    why = because("the number has only grown, and figures of other times lie on the wrong side of it")
    return Answer(ClaimVerdict.UNSUPPORTED, why, found) if found else None


def _nothing_then(question: Question) -> Answer | None:
    why = because("no figure of {period} is on record", period=question.claim.asof)
    return Answer(ClaimVerdict.NOT_CHECKABLE, why)


RULES = (
    ClaimRule(id="claim.measured", meaning="measurements of networks would show it", answer=_measured),
    ClaimRule(id="claim.unit", meaning="the unit is neither a scale nor what is counted", answer=_unit),
    ClaimRule(id="claim.category", meaning="members that are organisations are said to be states", answer=_category),
    ClaimRule(id="claim.denied", meaning="the words say that something is not so", answer=_denied),
    ClaimRule(id="claim.members", meaning="members are held against the list on record", answer=_named),
    ClaimRule(id="claim.unknown", meaning="nothing is on record of what is claimed", answer=_nothing_known),
    ClaimRule(id="claim.ahead", meaning="a forecast or target gives no number", answer=_ahead),
    ClaimRule(id="claim.impossible", meaning="a share is said to be more than the whole", answer=_impossible),
    ClaimRule(id="claim.part", meaning="a part is held against the other parts", answer=_part),
    ClaimRule(id="claim.half", meaning="a share is said to be more than half", answer=_half),
    ClaimRule(id="claim.place", meaning="a country is said to have a place among all", answer=_placed),
    ClaimRule(id="claim.numberless", meaning="no number is claimed", answer=_numberless),
    ClaimRule(id="claim.wanted", meaning="forecasts and targets are held against those on record", answer=_wanted),
    ClaimRule(id="claim.counted", meaning="editions are counted up to the claim's time", answer=_counted),
    ClaimRule(id="claim.observed", meaning="a number is held against figures of its time", answer=_observed),
    ClaimRule(id="claim.bounded", meaning="a number that only grows is held against other times", answer=_bounded),
    ClaimRule(id="claim.nothing", meaning="nothing is on record of its time", answer=_nothing_then),
)
"""All rules, in their order."""
