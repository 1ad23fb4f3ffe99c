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


def write_csv(frame: pl.DataFrame, path: Path, *, is_fictional: bool, is_laboratory: bool) -> None:
    """Write a frame; the last columns of every file tell whether its data are invented, or of a laboratory."""
    is_odd = frame.select(pl.col(pl.String()).str.contains(_ODD).any())
    safe = frame.with_columns(_safe(column.name) for column in is_odd if column.item())
    marks = {"is_fictional": is_fictional, "is_laboratory": is_laboratory}
    safe.with_columns(pl.lit(value).alias(name) for name, value in marks.items()).write_csv(path)


def _safe(name: str) -> pl.Expr:
    shown = pl.col(name).str.replace_all(_CONTROL, "").str.replace_many(list(SHOWN), list(SHOWN.values()))
    return pl.when(shown.str.contains(_FORMULA)).then(pl.concat_str(pl.lit("'"), shown)).otherwise(shown).alias(name)
