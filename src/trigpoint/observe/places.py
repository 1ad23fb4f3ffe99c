"""Where rows belong: to a measurement's id, day and country.

Until they are written, rows have the number of their measurement only. So its key is written once and not once for each
row, and the measurements of a part are put in order once for all its tables: places in that order are numbers, which
are sorted in a fourth of the time that ids take.
"""

from __future__ import annotations

from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from trigpoint.store.parquet import sort_keys
from trigpoint.store.schemas import TABLES
from trigpoint.store.survey import PARTITION_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

Key: TypeAlias = tuple[str, str, str]
"""Id, UTC day and country of a measurement."""

NUMBER = "number of the measurement"
"""First column of a partitioned table, in place of the id."""

_ID = "id of the measurement"
_PLACE = "place of the measurement"
_KEY_COLUMNS = {_ID: pl.String(), **PARTITION_COLUMNS}


class Places:
    """The keys of measurements that rows have the numbers of."""

    def __init__(self, keys: list[Key]) -> None:
        """Take the keys by number."""
        columns = map(list, zip(*keys, strict=True)) if keys else [[]] * len(_KEY_COLUMNS)
        self._keys = pl.DataFrame(dict(zip(_KEY_COLUMNS, columns, strict=True)), schema=_KEY_COLUMNS)

    def named(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Give rows their ids, and their day and country as last columns."""
        keys = self._keys[rows[NUMBER]]  # by subscript: a gather of Series makes a query of each
        return _with_ids(table, keys, rows).hstack(keys[list(PARTITION_COLUMNS)])

    def parted(self, table: str, rows: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
        """Give the day, the country and the rows of each partition, in the order in which they are written."""
        numbered = rows.hstack(self._places[rows[NUMBER]])
        ordered = numbered.sort(_PLACE, *sort_keys(table)[1:], maintain_order=True)
        places = ordered[_PLACE]
        named = _with_ids(table, self._ordered[places], ordered)
        starts = places.search_sorted(pl.Series([start for _, start in self._partitions], dtype=pl.UInt32())).to_list()
        for ((date, country), _), (start, end) in zip(self._partitions, pairwise([*starts, named.height]), strict=True):
            if start < end:
                yield date, country, named[start:end]

    @cached_property
    def _ordered(self) -> pl.DataFrame:
        return self._keys.with_row_index(NUMBER).sort(*PARTITION_COLUMNS, _ID)

    @cached_property
    def _places(self) -> pl.DataFrame:
        """Place of each number."""
        return pl.DataFrame({_PLACE: self._ordered[NUMBER].arg_sort()})

    @cached_property
    def _partitions(self) -> list[tuple[tuple[str, str], int]]:
        """Day and country of each partition, and the first place in it."""
        days = enumerate(self._ordered.select(*PARTITION_COLUMNS).iter_rows())
        return [(key, next(places)[0]) for key, places in groupby(days, key=lambda numbered: numbered[1])]


def _with_ids(table: str, keys: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    first, *others = TABLES[table].schema
    return rows[others].insert_column(0, keys[_ID].alias(first))
