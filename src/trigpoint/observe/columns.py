"""Tables, made column by column of rows that are laid one value after another.

Building columns with the types of the schema is ten times cheaper, measured, than building tables from dictionaries or
from rows. A record is taken apart while it is in the processor's own memory; a column is then every n-th of the values.
A row of a partitioned table begins with the number of its measurement (:mod:`trigpoint.observe.places`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from trigpoint.model.facts import AddressFacts, ResolverFacts
from trigpoint.observe.misfits import without_misfits
from trigpoint.observe.places import NUMBER
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from trigpoint.observe.enrichment import Enrichment
    from trigpoint.observe.places import Key

Row: TypeAlias = "tuple[Any, ...]"
Values: TypeAlias = list[Any]
"""Rows of a table one after another, without what is looked up; of a partitioned table the number of the measurement
stands in place of its id."""
Columns: TypeAlias = "Iterable[list[Any]]"
"""Values column by column, in the order of the table; of a partitioned one the numbers of measurements first."""
_LOOKED_UP = (AddressFacts, ResolverFacts)
_NUMBERS = Column(NUMBER, pl.UInt32(), "Number of the measurement.")


def _places(table: str) -> dict[str, int]:
    laid = [column.name for column in TABLES[table].columns if column.origin not in _LOOKED_UP]
    return {name: place for place, name in enumerate(laid)}


_PLACES = {name: _places(name) for name in OBSERVATION_TABLES}


def columns_of(table: str, values: Values, facts: Enrichment) -> Iterator[list[Any]]:
    """Give the columns of a table, one after the other, from its rows."""
    places = _PLACES[table]
    width = len(places)

    def laid(name: str) -> list[Any]:
        return values[places[name] :: width] if name in places else [None] * (len(values) // width)

    found = _looked_up(table, laid, facts)
    for column in TABLES[table].columns:
        yield found[column.name] if column.name in found else laid(column.name)


def _looked_up(table: str, laid: Callable[[str], list[Any]], facts: Enrichment) -> Mapping[str, list[Any]]:
    origins = {column.origin for column in TABLES[table].columns}
    if AddressFacts in origins:
        return facts.addresses(laid("address"), laid("annotated_asn"), laid("annotated_as_name"))
    if ResolverFacts in origins and facts.has_database:
        return facts.resolvers(laid("resolver_address"), laid("resolver_asn"))
    return {}


def frames(rows: Mapping[str, Values], keys: list[Key], facts: Enrichment) -> dict[str, pl.DataFrame]:
    """Make tables of their rows; in partitioned ones, the number of the measurement stands in place of its id.

    A measurement with a value that fits no column (an integer beyond 64 bits, text where a number belongs) becomes a
    row of ``rejects`` (R3).

    Args:
        rows: of each table.
        keys: the measurements by their number.
        facts: what is looked up.

    """
    try:
        return _frames({name: columns_of(name, values, facts) for name, values in rows.items()})
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):  # rare: find out whose value it was
        gathered = {name: columns_of(name, values, facts) for name, values in rows.items()}
        return _frames(_fitting(gathered, keys))


def _frames(gathered: Mapping[str, Columns]) -> dict[str, pl.DataFrame]:
    return {name: pl.DataFrame(list(map(_series, _laid_out(name), columns))) for name, columns in gathered.items()}


def _laid_out(table: str) -> tuple[Column, ...]:
    columns = TABLES[table].columns
    return (_NUMBERS, *columns[1:]) if TABLES[table].is_partitioned else columns


def _series(column: Column, values: list[Any]) -> pl.Series:
    if values == [None] * len(values):  # as a column in ten has; made value by value it takes ten times as long
        return pl.Series(column.name, [None], dtype=column.dtype).new_from_index(0, len(values))
    return pl.Series(column.name, values, dtype=column.dtype)


def _columns(rows: Iterable[Row], width: int) -> list[list[Any]]:
    return list(map(list, zip(*rows, strict=True))) or [[] for _ in range(width)]


def _fitting(gathered: Mapping[str, Columns], keys: list[Key]) -> dict[str, Columns]:
    """Leave out what fits no column: each row with the id of its measurement before it and the number behind."""
    rows = {
        name: [
            (keys[row[0]][0], *row[1:], row[0]) if TABLES[name].is_partitioned else row
            for row in zip(*columns, strict=True)
        ]
        for name, columns in gathered.items()
    }
    return {
        name: _columns(
            ((row[-1], *row[1:-1]) if TABLES[name].is_partitioned else row for row in fitting),
            len(TABLES[name].columns),
        )
        for name, fitting in without_misfits(rows).items()
    }
