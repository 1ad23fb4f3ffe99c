"""Tables of figures of the ledger: each row leads to its evidence, and says vintage, source, licence and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import polars as pl

from trigpoint.report.amounts import amount, interval
from trigpoint.report.page_table import Cell, Column, PageTable
from trigpoint.report.rows import evidence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trigpoint.figures.ledger import Ledger
    from trigpoint.model.figure import Figure


class HasLedger(Protocol):
    """An edition, or a part of one."""

    @property
    def ledger(self) -> Ledger:
        """Figures by id."""


COLUMNS = (
    Column("what", "What", "words"),
    Column("period", "Period", "day"),
    Column("value", "Value", "count"),
    Column("interval", "Interval", "count"),
    Column("unit", "Unit", "words"),
    Column("vintage", "Said", "day"),
    Column("source", "Source", "words"),
    Column("licence", "Licence", "words"),
    Column("flags", "Flags", "words"),
)
"""What the page shows; the CSV has id, metric, subject, ends and kind of the interval, and hashes as well."""
SCHEMA = pl.Schema({
    "id": pl.String(), "what": pl.String(), "metric": pl.String(), "subject": pl.String(), "period": pl.String(),
    "value": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(), "interval": pl.String(), "unit": pl.String(),
    "vintage": pl.String(), "source": pl.String(), "licence": pl.String(), "flags": pl.String(),
    "transformation": pl.String(), "sources": pl.String(),
})  # fmt: skip
"""Columns of the CSV of every table of figures."""
LICENCE_UNSTATED = "not stated"


def figure_table(
    name: str,
    caption: str,
    edition: HasLedger,
    figures: Iterable[Figure],
    *,
    what: Callable[[Figure], str] = lambda figure: figure.label,
    limit: int = 100,
) -> PageTable:
    """Lay out figures, a row each, in the order given.

    Args:
        name: of the table, and of its CSV.
        caption: what a row is.
        edition: whose ledger they are of.
        figures: they.
        what: how a row is called, such as by its country.
        limit: rows on the page; the CSV has all.

    """
    chosen = list(figures)
    organisations = {record.sha256: record.organisation for record in edition.ledger.records}
    rows = [_row(figure, what(figure), _source(figure, organisations)) for figure in chosen]
    cells = tuple(_cells(figure, row) for figure, row in zip(chosen[:limit], rows, strict=False))
    frame = pl.DataFrame(rows, schema=SCHEMA)
    return PageTable(name=name, caption=caption, columns=COLUMNS, rows=cells, total=len(rows), frame=frame)


def _row(figure: Figure, what: str, source: str) -> dict[str, str | float | None]:
    return {
        "id": figure.id,
        "what": what,
        "metric": figure.metric,
        "subject": figure.subject,
        "period": figure.period,
        "value": float(figure.value) if isinstance(figure.value, int | float) else None,
        "low": figure.low,
        "high": figure.high,
        "interval": figure.interval,
        "unit": figure.unit,
        "vintage": figure.vintage,
        "source": source,
        "licence": figure.licence or LICENCE_UNSTATED,
        "flags": " ".join(figure.flags),
        "transformation": figure.transformation,
        "sources": " ".join(figure.sources),
    }


def _source(figure: Figure, organisations: dict[str, str]) -> str:
    return "; ".join(sorted({organisations[name] for name in figure.sources if name in organisations}))


def _cells(figure: Figure, row: dict[str, str | float | None]) -> tuple[Cell, ...]:
    shown = row | {"value": amount(figure.value, figure.unit), "interval": interval(figure)}
    link = evidence_of(figure)
    return tuple(
        Cell(column.kind, str(shown[column.name] or ""), link if column.name == "value" else None) for column in COLUMNS
    )
