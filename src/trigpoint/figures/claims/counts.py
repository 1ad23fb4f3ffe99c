"""How many editions there had been by a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.claims.facts import Fact
from trigpoint.figures.claims.fit import Bearing, Fit, bearing
from trigpoint.figures.claims.periods import period
from trigpoint.figures.claims.why import Why, because
from trigpoint.model.claim import ClaimVerdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.figures.claims.facts import Edition

_YEAR = 12  # months between editions; after that the record cannot tell whether there was one


class Tally(msgspec.Struct, frozen=True):
    """What a count of editions says of a number."""

    verdict: ClaimVerdict
    why: Why
    bearing: Bearing


def counted(editions: Sequence[Edition], asof: str, number: float, metric: str) -> Tally | None:
    """Count the editions over before a time, and those begun up to its end. ``None``: the record does not say.

    In the month of an edition the count before it is right all month long, the one with it only from some day on. Of a
    whole year the count at its end is meant, and the one before it depends on the day. A day tells both apart.

    Args:
        editions: of one organisation, in the order of their days.
        asof: the claim's time.
        number: what is claimed.
        metric: name of the metric.

    """
    when = period(asof)
    before = [edition for edition in editions if _is_before(edition.last_day, asof)]
    begun = [edition for edition in editions if not _is_after(edition.first_day, asof)]
    if not begun:
        return None
    fact = _fact(begun[-1], len(before), len(begun), asof, metric)
    if when.first - period(editions[-1].last_day).last > _YEAR and number >= len(begun):
        return None
    expected = len(begun) if when.months > 1 else len(before)
    found = bearing(number, fact)
    if number == expected:
        return Tally(ClaimVerdict.SUPPORTED, because("the record counts as many"), found)
    if number in {len(before), len(begun)}:
        why = because("it depends on whether the edition of that time is counted")
        return Tally(ClaimVerdict.DEPENDS_ON_COUNTING, why, found)
    why = because("the record counts another number")
    return Tally(ClaimVerdict.UNSUPPORTED, why, Bearing(fact, Fit.OFF, found.deviation))


def _is_before(day: str, asof: str) -> bool:
    first = asof.split("/", 1)[0]
    return day[: len(first)] < first


def _is_after(day: str, asof: str) -> bool:
    last = asof.split("/", 1)[-1]
    return day[: len(last)] > last


def _fact(last: Edition, before: int, begun: int, asof: str, metric: str) -> Fact:
    return Fact(
        metric=metric,
        subject=last.of,
        period=asof,
        value=float(before),
        low=float(before),
        high=float(begun),
        origin="record of editions",
        organisation="record of editions",
        title=f"editions held, the last {last.first_day}",
        url=last.url,
        published=last.last_day,
    )
