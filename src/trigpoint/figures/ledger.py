"""The ledger: every number that a report prints, by id. A number that is not in it cannot be quoted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from trigpoint.model.figure import Figure, IntervalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
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


class Ledger:
    """Figures by id, in the order of their ids.

    A figure is added once, and quoting one that is not there is an error.
    """

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self._figures: dict[str, Figure] = {}

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures[name] for name in sorted(self._figures))

    def __len__(self) -> int:
        return len(self._figures)

    def __getitem__(self, name: str) -> Figure:
        return self._figures[name]

    def add(self, figure: Figure) -> Figure:
        """Add a figure.

        Raises:
            ValueError: its id is taken.

        """
        if figure.id in self._figures:
            message = f"figure {figure.id} is in the ledger already"
            raise ValueError(message)
        self._figures[figure.id] = figure
        return figure

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
