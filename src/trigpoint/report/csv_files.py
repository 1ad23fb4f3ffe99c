"""One CSV for each table of a report: complete, and safe to open in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trigpoint.report.text import SHOWN

if TYPE_CHECKING:
    from pathlib import Path

_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\u{9f}]"
_FORMULA = r"^[=+\-@\t]"
_ODD = f"{_CONTROL}|[{''.join(SHOWN)}]|{_FORMULA}"
"""What is not written as it is: hardly a column holds any, and one look is a fifth of the work of changing it."""


MARKS = ("is_fictional", "is_laboratory")
"""Last columns of every table in ``data/``: whether its data are invented, or of a laboratory."""


def fields(frame: pl.DataFrame) -> dict[str, str]:
    """Give the columns of the CSV of a frame with their types (Table Schema)."""
    return {name: _type(dtype) for name, dtype in frame.schema.items()}


def _type(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "integer"
    if dtype == pl.Boolean():
        return "boolean"
    return "number" if dtype.is_float() else "string"


def write_csv(frame: pl.DataFrame, path: Path, *, is_fictional: bool, is_laboratory: bool) -> None:
    """Write a frame; the last columns of every file tell whether its data are invented, or of a laboratory."""
    marks = dict(zip(MARKS, (is_fictional, is_laboratory), strict=True))
    _safe(frame).with_columns(pl.lit(value).alias(name) for name, value in marks.items()).write_csv(path)


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Give a frame as the bytes of a CSV, made safe in the same way."""
    return _safe(frame).write_csv().encode()


def _safe(frame: pl.DataFrame) -> pl.DataFrame:
    is_odd = frame.select(pl.col(pl.String()).str.contains(_ODD).any())
    return frame.with_columns(_shown(column.name) for column in is_odd if column.item())


def _shown(name: str) -> pl.Expr:
    shown = pl.col(name).str.replace_all(_CONTROL, "").str.replace_many(list(SHOWN), list(SHOWN.values()))
    return pl.when(shown.str.contains(_FORMULA)).then(pl.concat_str(pl.lit("'"), shown)).otherwise(shown).alias(name)
