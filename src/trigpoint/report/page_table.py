"""Tables of a page, built from the same frames as the CSV files, so that their numbers are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec
import polars as pl

from trigpoint.report import language
from trigpoint.report.matrix import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.report.rows import Links

Kind: TypeAlias = Literal[
    "words", "told", "printed", "measured", "count", "share", "day", "network", "text", "code", "state", "hash"
]
"""How a column is shown: own words, texts of data files, who printed them where, measured text, ..."""

NUMBERS = frozenset({"count", "share"})
"""Kinds that are aligned to the right."""


class Column(msgspec.Struct, frozen=True):
    """One column of a page's table."""

    name: str
    """Column of the frame."""
    label: str
    """Heading."""
    kind: Kind = "text"
    """How it is shown."""
    rows: tuple[str, str] | None = None
    """Kind of the rows behind it, and the column that names them (``data``: the table itself). Missing: no link."""


class Cell(msgspec.Struct, frozen=True):
    """One cell."""

    kind: Kind
    """How it is shown."""
    text: str
    """What is shown."""
    href: str | None = None
    """Where the rows behind it are. Missing: it is no number, or there are none."""
    parts: tuple[tuple[str, str], ...] = ()
    """Words with a link each, where the kind is ``code``; organisation, title (with what is known of it) and address,
    where it is ``printed``."""


class PageTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a page."""

    name: str
    """Name of the frame and the CSV."""
    caption: str
    """What a row is."""
    columns: tuple[Column, ...]
    """Its columns."""
    rows: tuple[tuple[Cell, ...], ...]
    """Its rows, cut to the limit."""
    total: int
    """Rows in all."""
    frame: pl.DataFrame
    """All of them: what its CSV has."""
    file: str = ""
    """Its CSV, from the top folder of the report, where a chart has the same rows. Empty: one in ``data/``."""
    vintages: tuple[str, ...] = ()
    """When its figures were said, where no column tells that of each."""
    licences: tuple[str, ...] = ()
    """Licences of its figures, likewise."""
    treatment: str = ""
    """How its sources treat Hong Kong, Macao and Taiwan, where its rows depend on it. Empty: they do not."""


def page_table(
    name: str,
    caption: str,
    frame: pl.DataFrame,
    columns: Sequence[Column],
    links: Links | None = None,
    limit: int = 100,
) -> PageTable:
    """Lay out the first rows of a frame; columns with rows behind them need to know where those are."""
    rows = tuple(
        tuple(_cell(row, column, links) for column in columns) for row in frame.head(limit).iter_rows(named=True)
    )
    return PageTable(name=name, caption=caption, columns=tuple(columns), rows=rows, total=frame.height, frame=frame)


def number(value: float | None) -> str:
    """Show a count, thousands apart by a narrow blank that does not break.

    >>> number(1234567).replace(chr(0x202F), "_")
    '1_234_567'
    """
    return "n/a" if value is None else language.decimal(value)


def percent(value: float | None) -> str:
    r"""Show a share.

    >>> percent(0.256), percent(None)
    ('26\xa0%', 'n/a')
    """
    return "n/a" if value is None else language.percent(value)


def _cell(row: dict[str, Any], column: Column, links: Links | None) -> Cell:
    value = row[column.name]
    if column.kind == "code":
        return Cell("code", "", None, _parts(str(value or ""), column, links))
    if column.kind == "printed":
        return printed(row["source"], row["title"], row["url"], is_second_hand=row["is_second_hand"] == "true")
    shown = _shown(value, column.kind)
    is_linked = column.rows is not None and value not in (None, 0, "")
    href = _href(column, row, links) if is_linked else None
    return Cell(column.kind, shown, href)


def printed(organisation: str, title: str, url: str = "", *, is_second_hand: bool = False) -> Cell:
    """Make the cell of a statement's source: who printed it, what it is called, and where it stands."""
    if not organisation:
        return Cell("printed", "")
    hand = language.gettext("second hand") if is_second_hand else ""
    return Cell("printed", f"{organisation}: {title}", None, ((organisation, ""), (title, hand), (url, "")))


def _href(column: Column, row: dict[str, Any], links: Links | None) -> str | None:
    if column.rows is None or links is None:
        return None
    ref = _ref(column.rows, row)
    return links.group(ref, column.name) if column.name in LABELS else links.href(ref)


def _ref(rows: tuple[str, str], row: dict[str, Any]) -> str:
    kind, name = rows
    return f"data:{name}" if kind == "data" else f"{kind}:{row[name]}"


def _parts(text: str, column: Column, links: Links | None) -> tuple[tuple[str, str], ...]:
    kind = column.rows[0] if column.rows else ""
    words = [text] if " " in text and kind == "mechanism" and text == "not told" else text.split()
    return tuple((word, links.href(f"{kind}:{word}") if kind and links else "") for word in words)


def _shown(value: Any, kind: Kind) -> str:  # noqa: ANN401 (a value of any column)
    if kind == "count":
        return number(value)
    if kind == "share":
        return percent(value)
    if kind in {"day", "network"}:  # those that are not known have words
        return language.phrase(str(value or ""))
    return "" if value is None else str(value)
