"""Read claims, and check each by the rules."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.errors import InputError
from trigpoint.figures.claims.facts import Base, base
from trigpoint.figures.claims.fit import Bearing
from trigpoint.figures.claims.periods import period
from trigpoint.figures.claims.rules import RULES, Question
from trigpoint.given import content_of
from trigpoint.model.claim import Claim, ClaimVerdict
from trigpoint.model.figure import WORLD
from trigpoint.reference.country_words import code_of

if TYPE_CHECKING:
    from pathlib import Path

_UNITS = {"percent": 0.01, "%": 0.01, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_WORLDS = {"world", "the world", "global"}


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What came of checking a claim."""

    claim: Claim
    verdict: ClaimVerdict
    rule: str
    """Id of the rule that decided."""
    why: str
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
    claim = msgspec.convert(entry, Claim)
    period(claim.asof)
    _check_unit(claim)
    return claim


def _check_unit(claim: Claim) -> None:
    if claim.unit is not None and claim.unit not in _UNITS:
        message = f"unit {claim.unit!r} is none of {', '.join(_UNITS)}"
        raise ValueError(message)


def check(claim: Claim, known: Base | None = None) -> Assessment:
    """Check one claim: the first rule that has an answer gives it.

    Args:
        claim: as :func:`read` gives it.
        known: facts and metrics; where none are given, those that the project keeps.

    """
    known = known or base()
    subject = subject_of(claim)
    number = number_of(claim)
    question = Question(
        claim=claim,
        subject=subject,
        number=number,
        names=_names(claim.value),
        when=period(claim.asof),
        metric=known.metrics.get(claim.metric),
        facts=tuple(fact for fact in known.facts if fact.metric == claim.metric and fact.subject == subject),
        base=known,
    )
    rule, answer = next((rule, answer) for rule in RULES if (answer := rule.answer(question)) is not None)
    return Assessment(claim=claim, verdict=answer.verdict, rule=rule.id, why=answer.why, bearings=answer.bearings)


def subject_of(claim: Claim) -> str:
    """Give what a claim is of: the code of a country, that of the world, or the name."""
    return WORLD if claim.subject.casefold() in _WORLDS else code_of(claim.subject) or claim.subject


def number_of(claim: Claim) -> float | None:
    """Give the number that is claimed, in the metric's own unit."""
    return float(claim.value) * _UNITS.get(claim.unit or "", 1.0) if isinstance(claim.value, int | float) else None


def _names(value: float | str | list[str] | None) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else ()
