"""Read claims, and check each by the rules."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import InputError
from trigpoint.figures.claims.facts import Base, Metric, base, organisations
from trigpoint.figures.claims.fit import Bearing
from trigpoint.figures.claims.periods import period
from trigpoint.figures.claims.quantities import Bound, Quantity, UnknownUnitError, bound_of, quantity
from trigpoint.figures.claims.rules import RULES, Question
from trigpoint.figures.claims.why import Why
from trigpoint.given import content_of
from trigpoint.model.claim import Claim, ClaimVerdict
from trigpoint.model.figure import POINTS, WORLD
from trigpoint.reference.country_words import code_of

if TYPE_CHECKING:
    from pathlib import Path

_PLACES = {"rank", "place"}
"""Units of a number that is a place among all countries."""
_WORLDS = {"world", "the world", "worldwide", "whole world", "global", "globally", "earth", "wld"}


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What came of checking a claim."""

    claim: Claim
    verdict: ClaimVerdict
    rule: str
    """Id of the rule that decided."""
    why: Why
    """One sentence, without its full stop."""
    bearings: tuple[Bearing, ...]
    """Facts that bear on it, with how far the claim is from each."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of claims holds."""

    claims: tuple[Claim, ...]
    rejects: tuple[str, ...]
    """A sentence for each entry that cannot be used."""


def read(path: Path) -> Claims:
    """Read claims from a JSON file: a list of objects. One that cannot be used is a counted reject.

    Raises:
        InputError: the file cannot be read, or is no list.

    """
    content = content_of(path)
    try:
        entries = msgspec.json.decode(content, type=list[Any])
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        message = f"the claims {path} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(message) from error
    claims, rejects = list[Claim](), list[str]()
    for number, entry in enumerate(entries, 1):
        try:
            claims.append(_claim(entry))
        except (msgspec.ValidationError, ValueError) as error:
            rejects.append(f"{path}: claim {number}: {error}")
    return Claims(claims=tuple(claims), rejects=tuple(rejects))


@cache
def shipped() -> tuple[Claim, ...]:
    """Give the claims that the project keeps itself: a few words of each, and who said them where."""
    content = files("trigpoint.figures.claims").joinpath("claims.json").read_bytes()
    return tuple(_claim(entry) for entry in msgspec.json.decode(content, type=list[Any]))


def _claim(entry: Any) -> Claim:  # noqa: ANN401 - whatever JSON holds
    if isinstance(entry, dict) and isinstance(entry.get("asof"), int) and not isinstance(entry["asof"], bool):
        entry = entry | {"asof": str(entry["asof"])}
    claim = msgspec.convert(entry, Claim)
    period(claim.asof)
    with suppress(UnknownUnitError):  # what a check tells
        quantity_of(claim)
    return claim


def check(claim: Claim, known: Base | None = None) -> Assessment:
    """Check one claim: the first rule that has an answer gives it.

    Args:
        claim: as :func:`read` gives it.
        known: facts and metrics; where none are given, those that the project keeps.

    """
    known = known or base()
    subject, misfit = subject_of(claim), ""
    try:
        given, meant = quantity_of(claim, known), metric_of(claim, known)
    except UnknownUnitError as error:
        given, meant, misfit = None, claim.metric, error.unit
    number = _in_ones(given, known.metrics.get(meant))
    question = Question(
        claim=claim,
        subject=subject,
        number=number,
        misfit=misfit,
        place=_place(claim),
        bound=Bound.NONE if given is None else bound_of(claim.quote, given.number),
        names=_names(claim.value) if number is None else (),
        when=period(claim.asof),
        name=meant,
        metric=known.metrics.get(meant),
        facts=tuple(fact for fact in known.facts if fact.metric == meant and fact.subject == subject),
        base=known,
    )
    rule, answer = next((rule, answer) for rule in RULES if (answer := rule.answer(question)) is not None)
    return Assessment(claim=claim, verdict=answer.verdict, rule=rule.id, why=answer.why, bearings=answer.bearings)


def subject_of(claim: Claim) -> str:
    """Give what a claim is of: the code of a country, that of the world, or the short name of an organisation."""
    subject = claim.subject.strip()
    if subject.casefold() in _WORLDS:
        return WORLD
    return code_of(subject) or organisations().get(subject.casefold(), subject)


def metric_of(claim: Claim, known: Base | None = None) -> str:
    """Name the metric that is meant: of numbers in per cent the share, where the metric has one."""
    metric, given = (known or base()).metrics.get(claim.metric), quantity_of(claim, known)
    return metric.share if metric and metric.share and given and given.is_share else claim.metric


def number_of(claim: Claim) -> float | None:
    """Give the number that is claimed, in the metric's own unit."""
    return _in_ones(quantity_of(claim), base().metrics.get(metric_of(claim)))


def _in_ones(given: Quantity | None, metric: Metric | None) -> float | None:
    """Give the number; of a share without a unit more than the whole can only be per cents.

    Per cents of what two shares differ by are taken for percentage points, as most people mean them.
    """
    if given is None:
        return None
    if metric is not None and metric.unit == POINTS and given.is_share:
        return 100 * given.number
    is_percent = metric is not None and metric.unit == "share" and not given.is_share and given.number > 1
    return given.number / 100 if is_percent else given.number


def quantity_of(claim: Claim, known: Base | None = None) -> Quantity | None:
    """Read the number that a claim gives, with its unit. ``None``: it gives none, or names.

    Raises:
        UnknownUnitError: the unit is neither a scale nor what the metric or the quote counts.
        ValueError: a number without end.

    """
    metric = (known or base()).metrics.get(claim.metric)
    if _place(claim) is not None:
        return None
    if claim.value is None or isinstance(claim.value, list) or (metric is not None and metric.members):
        return quantity(claim.value, claim.unit, "") if isinstance(claim.value, int | float) else None
    nouns = f"{claim.metric} {claim.quote} {'' if metric is None else f'{metric.unit} {metric.meaning}'}"
    return quantity(claim.value, claim.unit, nouns.replace("_", " "))


def _place(claim: Claim) -> int | None:
    is_place = (claim.unit or "").casefold() in _PLACES and isinstance(claim.value, int | float)
    return int(claim.value) if is_place and isinstance(claim.value, int | float) else None


def _names(value: float | str | list[str] | None) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else ()
