"""What indicators do with a ledger: publish what sources say, take figures from it, derive others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.ledger import Interval, Topic
from trigpoint.model.figure import IntervalKind

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from trigpoint.figures.data import Said
    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure


_HALF = 0.005 + 1e-9  # half a per cent


def name_of(metric: str, subject: str, period: str) -> str:
    """Give the id of an indicator's figure.

    >>> name_of("internet_users", "CN", "2015")
    'internet_users.CN.2015'
    """
    return f"{metric}.{subject}.{period}"


def publish(ledger: Ledger, topic: Topic, said: Sequence[Said]) -> Figure:
    """Add what sources say of one thing: the first of them (:data:`~.data.Table`), with the spread of all as interval.

    Each other one is a figure of its own, its vintage after ``@`` in the id. One in whole per cents that the first
    can be rounded to says nothing else, and widens no interval.
    """
    chosen = said[0]
    interval = None
    differing = [one for one in said[1:] if not _is_copy(one, chosen)]
    if differing:
        values = [one.value for one in (chosen, *differing)]
        is_one = len({record.organisation for one in (chosen, *differing) for record in one.records}) == 1
        kind = IntervalKind.VINTAGE_SPREAD if is_one else IntervalKind.SOURCE_SPREAD
        interval = Interval(min(values), max(values), kind)
    for other in said[1:]:
        name = f"{topic.id}@{other.vintage}"
        if name in ledger:  # two sources of one day
            name = f"{name}.{other.records[0].sha256[:8]}"
        flags = ("older vintage" if other.vintage < chosen.vintage else "other source", *other.flags)
        ledger.publish(msgspec.structs.replace(topic, id=name, metric="", flags=flags), other.value, other.records)
    return ledger.publish(msgspec.structs.replace(topic, flags=chosen.flags), chosen.value, chosen.records, interval)


def _is_copy(said: Said, chosen: Said) -> bool:
    return "rounded" in said.flags and "rounded" not in chosen.flags and abs(said.value - chosen.value) <= _HALF


def mixed(ledger: Ledger, figures: Iterable[Figure]) -> tuple[str, ...]:
    """Give the flag of what was computed from the same metric of several sources: a step between them is no change."""
    said = {tuple(sorted({one.organisation for one in ledger.records_of(figure)})) for figure in figures}
    return ("several sources",) if len(said) > 1 else ()


def derive_each(
    ledger: Ledger,
    metric: str,
    function: str,
    names: tuple[str, str],
    texts: tuple[str, str],
    *,
    without: Container[tuple[str, str]] = (),
) -> None:
    """Derive a figure for each subject and period of which two metrics are known.

    Args:
        ledger: where they are, and where it goes.
        metric: the new one.
        function: of :data:`~trigpoint.figures.transformations.TRANSFORMATIONS`.
        names: the two metrics. The second is taken from the same year, or the newest at most three years before.
        texts: label and unit.
        without: subjects and periods that are left out.

    """
    seconds = {(figure.subject, figure.period[:4]): figure for figure in ledger.of(names[1])}
    for first in ledger.of(names[0]):
        year = int(first.period[:4])
        years = (year, year - 1, year - 2, year - 3)
        second = next((found for at in years if (found := seconds.get((first.subject, str(at))))), None)
        if second is None or (first.subject, first.period) in without:
            continue
        topic = Topic(
            id=name_of(metric, first.subject, first.period),
            label=texts[0],
            unit=texts[1],
            subject=first.subject,
            period=first.period,
            metric=metric,
            flags=() if second.period[:4] == first.period[:4] else ("imputed",),
        )
        ledger.derive(topic, function, [first.id, second.id])
