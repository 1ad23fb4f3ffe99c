"""Tables of figures of the ledger: each row leads to its evidence, and says vintage, source, licence and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec
import polars as pl

from trigpoint.model.figure import SHORT, Figure
from trigpoint.report.amounts import bracketed, flags_of, interval, of_figure
from trigpoint.report.language import N_, gettext, phrase, sentences
from trigpoint.report.page_table import Cell, Column, PageTable
from trigpoint.report.treatment import affecting, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from trigpoint.figures.ledger import Ledger
    from trigpoint.report.edition import Edition
    from trigpoint.report.rows import Links
    from trigpoint.report.treatment import Treatments


class HasFigures(Protocol):
    """An edition, or a part of one."""

    @property
    def ledger(self) -> Ledger:
        """Figures by id."""

    @property
    def treatments(self) -> Treatments:
        """How sources treat what some count with China."""

    @property
    def links(self) -> Links:
        """Where the rows behind each number of the survey are."""


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
_AND = "; "
LICENCE_UNSTATED = N_("not stated")
MOST_NAMED = 3
"""Vintages, and organisations, that a row names; of more it tells the ends, and how many there are."""


def figure_table(
    name: str,
    caption: str,
    edition: HasFigures,
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
    cells = tuple(
        _cells(figure, row, edition.links.evidence(figure)) for figure, row in zip(chosen[:limit], rows, strict=False)
    )
    frame = pl.DataFrame(rows, schema=SCHEMA)
    return PageTable(
        name=name,
        caption=caption,
        columns=COLUMNS,
        rows=cells,
        total=len(rows),
        frame=frame,
        treatment=told(affecting(edition.treatments, chosen, edition.ledger)),
    )


class Line(msgspec.Struct, frozen=True):
    """One row of a table that sets figures side by side."""

    what: str
    figures: tuple[Figure | None, ...]
    """One for each column. Missing: there is none."""


def side_by_side(
    name: str, caption: str, edition: Edition, heads: Sequence[tuple[str, str]], lines: Sequence[Line], limit: int = 100
) -> PageTable:
    """Set figures side by side, with their intervals.

    Args:
        name: of the table, and of its CSV.
        caption: what a row is.
        edition: whose ledger they are of.
        heads: name in the CSV and heading of each column after the first.
        lines: the rows, in the order given.
        limit: rows on the page; the CSV has all.

    """
    columns = (Column("what", "What", "words"), *(Column(head, label, "count") for head, label in heads))
    frame = pl.DataFrame(
        [{"what": line.what} | _sides([head for head, _ in heads], line) for line in lines],
        schema={"what": pl.String()} | {key: value for head, _ in heads for key, value in _schema(head).items()},
    )
    chosen = [figure for line in lines for figure in line.figures if figure is not None]
    return PageTable(
        name=name,
        caption=caption,
        columns=columns,
        rows=tuple(
            (Cell("words", line.what), *(_cell(figure, edition.links) for figure in line.figures))
            for line in lines[:limit]
        ),
        total=len(lines),
        frame=frame,
        treatment=told(affecting(edition.treatments, chosen, edition.ledger)),
        vintages=tuple(sorted({word for figure in chosen for word in figure.vintage.split()})),
        licences=tuple(sorted({figure.licence or gettext(LICENCE_UNSTATED) for figure in chosen})),
    )


def _schema(head: str) -> dict[str, pl.DataType]:
    return {
        f"{head}_id": pl.String(), head: pl.Float64(), f"{head}_low": pl.Float64(), f"{head}_high": pl.Float64(),
    }  # fmt: skip


def _sides(heads: Sequence[str], line: Line) -> dict[str, str | float | None]:
    found = {head: figure for head, figure in zip(heads, line.figures, strict=True) if figure is not None}
    return {
        key: value
        for head, figure in found.items()
        for key, value in zip(_schema(head), (figure.id, figure.value, figure.low, figure.high), strict=True)
    }


def _cell(figure: Figure | None, links: Links) -> Cell:
    if figure is None:
        return Cell("count", "")
    value = sentences(of_figure(figure), bracketed(figure))
    return Cell("count", " ".join((value, *flags_of(figure))), links.evidence(figure))


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
        "sources": " ".join(name[:SHORT] for name in figure.sources),
    }


def _source(figure: Figure, organisations: dict[str, str]) -> str:
    return _AND.join(sorted({organisations[name] for name in figure.sources if name in organisations}))


def spanned(vintages: Sequence[str]) -> str:
    """Give when figures were said; of many the first and the last.

    >>> spanned(["2022-02", "2026-02"]), spanned(["2014", "2016", "2018", "2020"])
    ('2022-02, 2026-02', '2014 to 2020')
    """
    if len(vintages) <= MOST_NAMED:
        return gettext(", ").join(vintages)
    return gettext("{low} to {high}").format(low=min(vintages), high=max(vintages))


def _named(organisations: Sequence[str]) -> str:
    """Name organisations in the language of the page; of many the first ones, and how many more there are."""
    named = gettext("; ").join(gettext(name) for name in organisations[:MOST_NAMED] if name)
    more = len(organisations) - MOST_NAMED
    return gettext("{names} and {count} more").format(names=named, count=more) if more > 0 else named


def _cells(figure: Figure, row: dict[str, str | float | None], link: str) -> tuple[Cell, ...]:
    texts = {name: phrase(str(row[name] or "")) for name in ("what", "unit", "licence") if row[name]}
    shown = (
        row
        | texts
        | {
            "value": of_figure(figure),
            "interval": interval(figure),
            "vintage": spanned(figure.vintage.split()),
            "source": _named(str(row["source"]).split(_AND)),
            "flags": gettext(", ").join(flags_of(figure)),
        }
    )
    return tuple(
        Cell(column.kind, str(shown[column.name] or ""), link if column.name == "value" else None) for column in COLUMNS
    )
