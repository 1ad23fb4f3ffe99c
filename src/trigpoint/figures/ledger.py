"""The ledger: every number that a report prints, by id. A number that is not in it cannot be quoted.

A figure gets in on one of three ways: counted from rows of a survey (:meth:`Ledger.count`, ``share``, ``day``), as its
source says it (:meth:`Ledger.publish`), or as a named function of figures that are in it (:meth:`Ledger.derive`), which
:meth:`Ledger.recomputed` can compute again (:meth:`Ledger.compute` where the function is more than that).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from trigpoint.figures.inherited import Interval, computed, joined, licence_of
from trigpoint.figures.transformations import TRANSFORMATIONS
from trigpoint.model.figure import PUBLISHED, SHORT, Figure, IntervalKind, computed_rows
from trigpoint.model.provenance import SourceRecord

__all__ = ["Basis", "Interval", "Ledger", "Topic", "vintage"]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from trigpoint.figures.interval import Share
    from trigpoint.model.provenance import ReferenceFile, Source


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What all figures of one report share."""

    subject: str
    """Country (ISO 3166-1 alpha-2)."""
    period: str
    """As in :class:`~trigpoint.model.figure.Figure`."""
    vintage: str
    """As in :class:`~trigpoint.model.figure.Figure`."""
    sources: tuple[str, ...]
    """SHA-256 (hex) of the source files, sorted."""
    flags: tuple[str, ...] = ()
    """Flags of all figures."""
    licence: str | None = None
    """Licence of the sources (SPDX). Missing: they do not state one."""


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What a published or derived figure is of: all of it but the number."""

    id: str
    """As in :class:`~trigpoint.model.figure.Figure`; the further fields likewise."""
    label: str
    unit: str
    subject: str
    period: str
    metric: str = ""
    flags: tuple[str, ...] = ()


class Ledger:
    """Figures by id, in the order of their ids.

    A figure is added once, and quoting one that is not there is an error.
    """

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self._figures: dict[str, Figure] = {}
        self._by_metric: dict[str, list[str]] = {}
        self._records: dict[str, SourceRecord] = {}

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures[name] for name in sorted(self._figures))

    def __len__(self) -> int:
        return len(self._figures)

    def __getitem__(self, name: str) -> Figure:
        return self._figures[name]

    def __contains__(self, name: str) -> bool:
        return name in self._figures

    def get(self, name: str) -> Figure | None:
        """Give a figure; ``None`` where there is none of that id."""
        return self._figures.get(name)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics of which there is a figure, sorted."""
        return tuple(sorted(self._by_metric.keys() - {""}))

    def of(self, metric: str) -> list[Figure]:
        """Give the figures of a metric, in the order of their ids."""
        return [self._figures[name] for name in sorted(self._by_metric.get(metric, ()))]

    @property
    def records(self) -> tuple[SourceRecord, ...]:
        """Records of the sources of published figures, by organisation, series and hash."""
        return tuple(
            sorted(self._records.values(), key=lambda record: (record.organisation, record.series, record.sha256))
        )

    def records_of(self, figure: Figure) -> tuple[SourceRecord, ...]:
        """Give the records of a figure's sources, as far as they are published ones."""
        return tuple(self._records[name] for name in figure.sources if name in self._records)

    def keep(self, figure: Figure, records: Iterable[SourceRecord]) -> Figure:
        """Add a figure as it stands in another ledger, with the records of its sources."""
        self._records |= {record.sha256: record for record in records}
        return self.add(figure)

    @classmethod
    def restored(cls, basis: Basis, figures: Iterable[Figure], records: Iterable[SourceRecord]) -> Ledger:
        """Make a ledger again of what one held.

        Raises:
            ValueError: two figures have one id.

        """
        made = cls(basis)
        made._records = {record.sha256: record for record in records}
        for figure in figures:
            made.add(figure)
        return made

    def add(self, figure: Figure) -> Figure:
        """Add a figure.

        Raises:
            ValueError: its id is taken.

        """
        if figure.id in self._figures:
            message = f"figure {figure.id} is in the ledger already"
            raise ValueError(message)
        self._figures[figure.id] = figure
        self._by_metric.setdefault(figure.metric, []).append(figure.id)
        return figure

    def include(self, other: Ledger, names: Iterable[str] | None = None) -> None:
        """Add figures of another ledger, with those that they were computed from and the records of their sources.

        Args:
            other: where they are.
            names: which; all where none are named. What is here already is left as it is.

        """
        wanted = list(other._figures if names is None else names)
        while wanted:
            figure = other[wanted.pop()]
            if figure.id not in self:
                self.keep(figure, other.records_of(figure))
                wanted += figure.inputs

    def count(self, name: str, value: int, unit: str, *, label: str, rows: str, by: str) -> Figure:
        """Add a count; ``rows`` and ``by`` (the transformation) as in :class:`~trigpoint.model.figure.Figure`."""
        return self.add(self._figure(name, value, unit, label=label, rows=rows, by=by))

    def day(self, name: str, value: date | str | None, *, label: str, rows: str, by: str) -> Figure:
        """Add a day, as ISO 8601."""
        return self.add(self._figure(name, None if value is None else str(value), "day", label=label, rows=rows, by=by))

    def share(self, name: str, share: Share, *, label: str, rows: str, by: str) -> Figure:
        """Add a share with its interval."""
        figure = self._figure(name, share.value, "share", label=label, rows=rows, by=by)
        return self.add(
            msgspec.structs.replace(
                figure,
                low=share.low,
                high=share.high,
                interval=IntervalKind.WILSON_95,
                numerator=share.numerator,
                denominator=share.denominator,
            )
        )

    def publish(
        self,
        topic: Topic,
        value: float | None,
        records: SourceRecord | Sequence[SourceRecord],
        interval: Interval | None = None,
    ) -> Figure:
        """Add a figure as a source says it, with the source's vintage and licence, and keep the source's record.

        Where a source publishes in parts, such as one file of each registry, there are several records.

        Raises:
            ValueError: the id is taken, the number lies outside its interval, or another record has the same hash.

        """
        whole = (records,) if isinstance(records, SourceRecord) else tuple(records)
        for record in whole:
            if self._records.get(record.sha256, record) != record:
                message = f"two records of sources have the hash {record.sha256}"
                raise ValueError(message)
        rows = " ".join(f"record:{record.sha256[:SHORT]}" for record in whole)
        figure = _with_interval(_of(topic, value, transformation=PUBLISHED, rows=rows), interval)
        added = self.add(
            msgspec.structs.replace(
                figure,
                vintage=" ".join(joined([record.vintage] for record in whole)),
                sources=joined([record.sha256] for record in whole),
                licence=licence_of([record.licence for record in whole]),
            )
        )
        self._records |= {record.sha256: record for record in whole}
        return added

    def derive(self, topic: Topic, transformation: str, inputs: Sequence[str]) -> Figure:
        """Add a figure computed from others by a function of :data:`~.transformations.TRANSFORMATIONS`.

        It has the sources, flags, vintages and licences of all of them, and an interval where one of them has one. It
        is missing where one of them is, or where the function has no value.

        Raises:
            KeyError: an input is not in the ledger, or there is no such function.
            ValueError: the id is taken.

        """
        givens = [self._figures[name] for name in inputs]
        value, interval = computed(transformation, givens)
        return self.compute(topic, value, by=transformation, inputs=inputs, interval=interval)

    def compute(
        self, topic: Topic, value: float | None, *, by: str, inputs: Sequence[str], interval: Interval | None = None
    ) -> Figure:
        """Add a figure that a function of ours computed from others: it has what :meth:`derive` gives it.

        Raises:
            KeyError: an input is not in the ledger.
            ValueError: the id is taken, or the number lies outside its interval.

        """
        givens = [self._figures[name] for name in inputs]
        figure = _with_interval(_of(topic, value, transformation=by, rows=computed_rows(topic.id)), interval)
        return self.add(
            msgspec.structs.replace(
                figure,
                inputs=tuple(inputs),
                vintage=" ".join(joined(given.vintage.split() for given in givens)),
                sources=joined(given.sources for given in givens),
                flags=joined([topic.flags, *(given.flags for given in givens)]),
                licence=licence_of([given.licence for given in givens]),
            )
        )

    def recomputed(self, name: str) -> float | str | None:
        """Compute a figure again that was derived; others are what they are."""
        figure = self._figures[name]
        if figure.transformation not in TRANSFORMATIONS:
            return figure.value
        return computed(figure.transformation, [self._figures[given] for given in figure.inputs])[0]

    def _figure(self, name: str, value: float | str | None, unit: str, *, label: str, rows: str, by: str) -> Figure:
        return Figure(
            id=name,
            label=label,
            value=value,
            unit=unit,
            rows=rows,
            transformation=by,
            subject=self.basis.subject,
            period=self.basis.period,
            vintage=self.basis.vintage,
            sources=self.basis.sources,
            flags=self.basis.flags,
            licence=self.basis.licence,
        )


def vintage(sources: Iterable[Source], versions: Mapping[str, str], references: Iterable[ReferenceFile]) -> str:
    """Hash what a report stands on: source files, versions, reference files; their order does not matter."""
    parts = [f"source {source.sha256}" for source in sources]
    parts += [f"version {name} {value}" for name, value in versions.items()]
    parts += [f"reference {file.name} {file.sha256}" for file in references]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def _of(topic: Topic, value: float | None, *, transformation: str, rows: str) -> Figure:
    return Figure(
        **msgspec.structs.asdict(topic), value=value, vintage="", sources=(), transformation=transformation, rows=rows
    )


def _with_interval(figure: Figure, interval: Interval | None) -> Figure:
    if interval is None:
        return figure
    if not isinstance(figure.value, int | float) or not interval.low <= figure.value <= interval.high:
        message = f"figure {figure.id}: {figure.value} lies outside {interval.low} to {interval.high}"
        raise ValueError(message)
    return msgspec.structs.replace(figure, low=interval.low, high=interval.high, interval=interval.kind)
