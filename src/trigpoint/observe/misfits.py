"""Values that fit no column: what a hostile or broken record holds must not cost the rest of its file (R3)."""

from __future__ import annotations

from itertools import starmap
from typing import Any, TypeAlias

import polars as pl
from msgspec.structs import astuple

from trigpoint.model.measurement import Reject
from trigpoint.store.schemas import TABLES

Row: TypeAlias = "tuple[Any, ...]"

_KINDS: dict[Any, type | tuple[type, ...]] = {
    pl.String(): str,
    pl.Int64(): int,
    pl.Float64(): (int, float),
    pl.Boolean(): bool,
    pl.Binary(): bytes,
}
_INT64 = range(-(2**63), 2**63)


def fits(value: object, dtype: Any) -> bool:  # noqa: ANN401 - a Polars data type
    """Tell whether a column of that type can hold the value.

    >>> fits(2**63, pl.Int64()), fits(None, pl.Int64()), fits("80", pl.Int64())
    (False, True, False)
    """
    if value is None:
        return True
    return isinstance(value, _KINDS[dtype]) and (not isinstance(value, int) or value in _INT64)


def without_misfits(gathered: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Repair text that is not Unicode, and move measurements with other unusable values to the rejects.

    Args:
        gathered: rows of each table; those of partitioned tables begin with the measurement's id.

    Returns:
        The same with rows that fit. In tables that belong to no one measurement the value alone is left out.

    """
    repaired = {name: list(map(_repaired, rows)) for name, rows in gathered.items()}
    reasons: dict[str, str] = {}
    for name, rows in repaired.items():
        if TABLES[name].is_partitioned:
            for row in rows:
                misfit = _misfit(name, row)
                if misfit is not None:
                    reasons.setdefault(row[0], f"a value of {name}.{misfit} does not fit its column")
    rejects = [_reject(row, reasons[row[0]]) for row in repaired["measurements"] if row[0] in reasons]
    repaired["rejects"] = repaired["rejects"] + rejects
    return {
        name: [row for row in rows if row[0] not in reasons]
        if TABLES[name].is_partitioned
        else [_fitted(name, row) for row in rows]
        for name, rows in repaired.items()
    }


def _repaired(row: Row) -> Row:
    return tuple(_unicode(value) if isinstance(value, str) else value for value in row)


def _unicode(text: str) -> str:
    """Replace halves of a surrogate pair, which programs leave that cut text off by UTF-16 units."""
    return text.encode("utf-8", "replace").decode()


def _misfit(table: str, row: Row) -> str | None:
    columns = TABLES[table].columns
    return next(
        (column.name for column, value in zip(columns, row, strict=False) if not fits(value, column.dtype)), None
    )


def _fitted(table: str, row: Row) -> Row:
    pairs = zip(row, (column.dtype for column in TABLES[table].columns), strict=True)
    return tuple(starmap(lambda value, dtype: value if fits(value, dtype) else None, pairs))


def _reject(row: Row, reason: str) -> Row:
    """Make the reject of a row of ``measurements``."""
    origin = dict(zip(TABLES["measurements"].schema, row, strict=False))
    return astuple(
        Reject(
            source=origin["source"], path=origin["path"], member=origin["member"], line=origin["line"], reason=reason
        )
    )
