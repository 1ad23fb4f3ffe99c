"""What indicators are computed from: series of sources, joined where a source publishes in parts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.provenance import SourceRecord
from trigpoint.model.series import WHOLES, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_MONTH = 7  # characters: parts of one whole are as of days of one month


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One value of one source at one vintage."""

    value: float
    records: tuple[SourceRecord, ...]
    """Where it comes from; several where it was added from parts. Sorted by hash."""
    flags: tuple[str, ...] = ()

    @property
    def vintage(self) -> str:
        """When it was said; the newest of its parts."""
        return max(record.vintage for record in self.records)


Table = dict[tuple[str, str], list[Said]]
"""What all sources say, by subject and period: the newest vintage first, rounded values after those that are not."""


class Data:
    """All series that are at hand."""

    def __init__(self, series: Iterable[Series] = ()) -> None:
        self._series = sorted(set(series), key=lambda one: (one.metric, one.record.vintage, one.record.sha256))

    def metrics(self, first: str) -> list[str]:
        """Give the metrics that are called so, or that and more after a full stop, sorted."""
        return sorted({one.metric for one in self._series if one.metric.split(".", 1)[0] == first})

    def of(self, metric: str) -> Table:
        """Give everything that is said of a metric.

        Parts of a whole as of the same month are added under the day of the newest; where parts are missing the value
        is flagged ``partial``.
        """
        own = [one for one in self._series if one.metric == metric]
        found: Table = defaultdict(list)
        for one in own:
            if not one.whole:
                for point in one.points:
                    said = Said(value=point.value, records=(one.record,), flags=one.flags)
                    found[point.subject, point.period].append(said)
        for whole in sorted({one.whole for one in own if one.whole}):
            _add_parts(found, [one for one in own if one.whole == whole], WHOLES.get(whole, frozenset()))
        aligned = _aligned(found)
        for all_said in aligned.values():
            all_said.sort(key=_worth, reverse=True)
        return dict(sorted(aligned.items()))


def _aligned(found: Table) -> Table:
    """Put what several organisations say of days of one month under one period: they are sources of the same thing.

    Of each organisation the newest is taken; what it says of earlier days of the month stays under those.
    """
    months: dict[tuple[str, str], list[str]] = defaultdict(list)
    for subject, period in sorted(found):
        if len(period) >= _MONTH:
            months[subject, period[:_MONTH]].append(period)
    aligned: Table = dict(found)
    for (subject, _), periods in months.items():
        newest = {_organisations(said): (period, said) for period in periods for said in found[subject, period]}
        if len(newest) > 1:
            target = max(period for period, _ in newest.values())
            for period, said in newest.values():
                aligned[subject, period] = [one for one in aligned[subject, period] if one is not said]
            aligned[subject, target] = [*aligned[subject, target], *(said for _, said in newest.values())]
    return {key: all_said for key, all_said in aligned.items() if all_said}


def _organisations(said: Said) -> tuple[str, ...]:
    return tuple(sorted({record.organisation for record in said.records}))


def _worth(said: Said) -> tuple[bool, str, str]:
    """Rank what is said: a rounded copy never takes the place of the number itself, however new it is."""
    return "rounded" not in said.flags, said.vintage, said.records[0].sha256


def _add_parts(found: Table, series: list[Series], expected: frozenset[str]) -> None:
    by_month: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        by_month[one.record.vintage[:_MONTH]].append(one)
    for together in by_month.values():
        chosen = _disjoint(together)
        flags = () if {part for one in chosen for part in one.parts} >= expected else ("partial",)
        period = max(one.record.vintage for one in chosen)
        sums: Mapping[str, list[tuple[float, SourceRecord]]] = defaultdict(list)
        for one in chosen:
            for point in one.points:
                sums[point.subject].append((point.value, one.record))
        for subject, parts in sums.items():
            records = tuple(sorted({record for _, record in parts}, key=lambda record: record.sha256))
            found[subject, period].append(Said(value=sum(value for value, _ in parts), records=records, flags=flags))


def _disjoint(series: list[Series]) -> list[Series]:
    """Take those that cover most, then the newest, of which no part was taken before."""
    taken = list[Series]()
    covered = set[str]()
    for one in sorted(series, key=lambda one: (len(one.parts), one.record.vintage, one.record.sha256), reverse=True):
        if not covered & set(one.parts):
            taken.append(one)
            covered |= set(one.parts)
    return taken
