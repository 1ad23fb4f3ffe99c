"""What changed between two editions of a ledger, and why: the world, the source, another source, or the method."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.figures.ledger import Ledger

_SAME = 1e-12  # relative; sums of the same numbers in another order


class Cause(StrEnum):
    """Why a figure is not what it was."""

    WORLD = "world"
    """Another period: the same sources say so by the same method."""
    REVISED = "revised"
    """The same period, said again by the same sources."""
    SOURCE = "source"
    """Other organisations say so."""
    METHOD = "method"
    """Computed in another way, or newly, or no longer."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One step from what an edition said to what the next one says."""

    cause: Cause
    metric: str
    subject: str
    before: Figure | None
    """Missing: there was none."""
    after: Figure | None
    """Missing: there is none any more."""

    @property
    def difference(self) -> float | None:
        """Value after less value before. ``None``: one of them is missing."""
        if self.before is None or self.after is None:
            return None
        return _number(self.after) - _number(self.before)


def changes(before: Ledger, after: Ledger, subject: str) -> tuple[Change, ...]:
    """Compare the figures of a subject in two editions.

    What is said of the same period in both is compared as it stands. Of the newest figure of each metric the whole
    change is told: where the later edition still says what it holds of the earlier period, it is split there: what is
    said now of that period against what was said then (revised, another source, or method), and from that period to
    the newest (the world); these steps add up to the whole. Where it does not, the change cannot be split, and is put
    down to the world if sources and method are the same.

    What was counted in surveys changes with the world where the measurements are of another time, and with the source
    where they are others of the same time.

    Args:
        before: the earlier edition.
        after: the later one.
        subject: whose figures are compared.

    """
    metrics = sorted({*before.metrics, *after.metrics})
    published = [change for metric in metrics for change in _of_metric(before, after, metric, subject)]
    return (*_counted(before, after, subject), *published)


def _counted(before: Ledger, after: Ledger, subject: str) -> Iterator[Change]:
    """Compare what was counted in a survey in both editions, which has the same id in each."""
    for new in after.of(""):
        old = before.get(new.id)
        if old is None or new.subject != subject or not (_is_counted(old) and _is_counted(new)) or _same(old, new):
            continue
        cause = Cause.WORLD if old.period != new.period else Cause.METHOD
        if cause is Cause.METHOD and old.sources != new.sources:
            cause = Cause.SOURCE
        yield _change(cause, old, new)


def _is_counted(figure: Figure) -> bool:
    return isinstance(figure.value, int | float) and not figure.rows.startswith(("record:", "figures:"))


def _of_metric(before: Ledger, after: Ledger, metric: str, subject: str) -> Iterator[Change]:
    then, now = _series(before, metric, subject), _series(after, metric, subject)
    old, new = (series[max(series)] if series else None for series in (then, now))
    if old is None and new is None:
        return
    if old is None or new is None:
        yield _change(_appearing(before, after, old, new), old, new)
        return
    again = now.get(old.period)
    for period in sorted(then.keys() & now.keys()):
        if not _same(then[period], now[period]):
            yield _change(_why(before, after, then[period], now[period]), then[period], now[period])
    if again is None:
        cause = _why(before, after, old, new)
        yield _change(Cause.WORLD if cause is Cause.REVISED and old.period < new.period else cause, old, new)
    elif again.period != new.period:
        yield _change(Cause.WORLD, again, new)


def _change(cause: Cause, before: Figure | None, after: Figure | None) -> Change:
    known = after or before
    metric, subject = (known.metric, known.subject) if known else ("", "")
    return Change(cause=cause, metric=metric, subject=subject, before=before, after=after)


def _series(ledger: Ledger, metric: str, subject: str) -> dict[str, Figure]:
    return {
        figure.period: figure
        for figure in ledger.of(metric)
        if figure.subject == subject and isinstance(figure.value, int | float)
    }


def _appearing(before: Ledger, after: Ledger, old: Figure | None, new: Figure | None) -> Cause:
    """Say why a metric is new, or gone: by a source that the other edition does not know at all, or by method."""
    ledger, figure, other = (after, new, before) if old is None else (before, old, after)
    known = {record.organisation for record in other.records}
    return Cause.METHOD if figure is not None and _organisations(ledger, figure) <= known else Cause.SOURCE


def _why(before: Ledger, after: Ledger, old: Figure, new: Figure) -> Cause:
    told = _organisations(before, old), _organisations(after, new)
    if all(told) and told[0] != told[1]:
        return Cause.SOURCE
    if old.transformation != new.transformation:
        return Cause.METHOD
    said = old.sources != new.sources or old.vintage != new.vintage
    return Cause.REVISED if said else Cause.METHOD


def _organisations(ledger: Ledger, figure: Figure) -> set[str]:
    return {record.organisation for record in ledger.records_of(figure)}


def _same(old: Figure, new: Figure) -> bool:
    return math.isclose(_number(old), _number(new), rel_tol=_SAME)


def _number(figure: Figure) -> float:
    return float(figure.value or 0)
