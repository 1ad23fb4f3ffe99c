"""Columns of the tables, from records of one kind by the thousand; and tables, from columns.

Tables are built column by column with the types of the schema: measured, ten times cheaper than from dictionaries or
from rows. A row of a partitioned table begins with the number of its measurement, whose id, day and country come to it
here: written once for each measurement and not once for each row.
"""

from __future__ import annotations

from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import polars as pl
from msgspec.structs import astuple

from trigpoint.model.step import (
    Datagram,
    DnsAnswer,
    DnsLookup,
    Handshake,
    HttpRoundTrip,
    QuicHandshake,
    TcpConnect,
    TlsHandshake,
)
from trigpoint.observe.certificates import Leaf
from trigpoint.observe.misfits import without_misfits
from trigpoint.store.schemas import TABLES
from trigpoint.store.survey import PARTITION_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trigpoint.model.step import Step
    from trigpoint.observe.enrichment import Enrichment
    from trigpoint.store.schemas import Column

Row: TypeAlias = "tuple[Any, ...]"
Columns: TypeAlias = list[list[Any]]
"""Values column by column, in the order of the table; of a partitioned one the numbers of measurements first."""
Key: TypeAlias = tuple[str, str, str]
"""Id, UTC day and country of a measurement."""

# Going through so many rows column by column stays in a core's own memory; thousands take twice the time.
_ROWS_AT_A_TIME = 256


class Steps(msgspec.Struct):
    """Steps of one kind."""

    steps: list[Any] = []
    """The steps."""
    numbers: list[int] = []
    """For each the number of its measurement among the keys."""
    leaves: list[Leaf] = []
    """For each handshake what the first certificate of its chain says."""


def columns_of(rows: Iterable[Row], width: int) -> Columns:
    """Turn rows into columns, of which there are ``width``.

    >>> columns_of([(1, "a"), (2, "b")], 2), columns_of([], 2)
    ([[1, 2], ['a', 'b']], [[], []])
    """
    columns: Columns = [[] for _ in range(width)]
    remaining = iter(rows)
    while some := list(islice(remaining, _ROWS_AT_A_TIME)):
        for column, values in zip(columns, zip(*some, strict=True), strict=True):
            column.extend(values)
    return columns


def columns_of_steps(kind: type[Step], gathered: Steps, facts: Enrichment) -> dict[str, Columns]:
    """Give the columns of the tables that steps of one kind make."""
    values = columns_of(map(astuple, gathered.steps), len(kind.__struct_fields__))
    return TABLES_OF[kind](gathered, values, facts)


def _lookups(gathered: Steps, values: Columns, facts: Enrichment) -> dict[str, Columns]:
    answers = values.pop()
    names = countries = [None] * len(answers)
    if facts.has_database:
        resolvers = facts.resolvers(zip(values[_RESOLVER], values[_RESOLVER_ASN], strict=True))
        values[_RESOLVER_ASN], names, countries = columns_of(resolvers, 3)
    owners = [
        (number, step) for number, step, found in zip(gathered.numbers, values[0], answers, strict=True) for _ in found
    ]
    answered = columns_of(map(astuple, chain.from_iterable(answers)), len(DnsAnswer.__struct_fields__))
    return {
        "dns_lookups": [gathered.numbers, *values, names, countries],
        "dns_answers": [*columns_of(owners, 2), *answered, *_addresses(DnsAnswer, answered, facts)],
    }


def _connects(gathered: Steps, values: Columns, facts: Enrichment) -> dict[str, Columns]:
    return {"tcp_connects": [gathered.numbers, *values, *_addresses(TcpConnect, values, facts)]}


def _handshakes(table: str) -> Callable[[Steps, Columns, Enrichment], dict[str, Columns]]:
    def with_facts(gathered: Steps, values: Columns, facts: Enrichment) -> dict[str, Columns]:
        leaves = columns_of(gathered.leaves, 4)
        return {table: [gathered.numbers, *values, *_addresses(Handshake, values, facts), *leaves]}

    return with_facts


def _plain(table: str) -> Callable[[Steps, Columns, Enrichment], dict[str, Columns]]:
    return lambda gathered, values, _: {table: [gathered.numbers, *values]}


TABLES_OF: dict[type[Step], Callable[[Steps, Columns, Enrichment], dict[str, Columns]]] = {
    DnsLookup: _lookups,
    TcpConnect: _connects,
    TlsHandshake: _handshakes("tls_handshakes"),
    QuicHandshake: _handshakes("quic_handshakes"),
    HttpRoundTrip: _plain("http_round_trips"),
    Datagram: _plain("datagrams"),
}
"""The tables that steps of each kind make."""


def _addresses(kind: type[msgspec.Struct], values: Columns, facts: Enrichment) -> Columns:
    """Look up the address of each row; its annotations are columns of the same name in every kind of row."""
    annotated = [
        values[kind.__struct_fields__.index(field)] if field in kind.__struct_fields__ else repeat(None)
        for field in ("address", "annotated_asn", "annotated_as_name")
    ]
    return columns_of(facts.addresses(zip(*annotated, strict=False)), 4)


_RESOLVER, _RESOLVER_ASN = map(DnsLookup.__struct_fields__.index, ("resolver_address", "resolver_asn"))


def frames(gathered: dict[str, Columns], keys: list[Key]) -> dict[str, pl.DataFrame]:
    """Make every table of its columns.

    A measurement with a value that fits no column (an integer beyond 64 bits, text where a number belongs) becomes a
    row of ``rejects`` (R3).

    Args:
        gathered: columns of each table.
        keys: the measurements by their number.

    """
    try:
        return _frames(gathered, keys)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):  # rare: find out whose value it was
        return _frames(_fitting(gathered, keys), keys)


def _frames(gathered: dict[str, Columns], keys: list[Key]) -> dict[str, pl.DataFrame]:
    columns = columns_of(keys, 1 + len(PARTITION_COLUMNS))
    identity = pl.DataFrame([pl.Series(values, dtype=pl.String()) for values in columns])
    return {name: _frame(name, columns, identity) for name, columns in gathered.items()}


def _frame(name: str, columns: Columns, identity: pl.DataFrame) -> pl.DataFrame:
    table = TABLES[name]
    if not table.is_partitioned:
        return pl.DataFrame(_series(table.columns, columns))
    key, *values = table.columns
    found = identity[pl.Series(columns[0], dtype=pl.UInt32())]  # by subscript: a gather of Series makes a query of each
    found.columns = [key.name, *PARTITION_COLUMNS]
    first, *last = found.get_columns()
    return pl.DataFrame([first, *_series(values, columns[1:]), *last])


def _series(columns: Iterable[Column], values: Columns) -> list[pl.Series]:
    pairs = zip(columns, values, strict=True)
    return [pl.Series(column.name, given, dtype=column.dtype) for column, given in pairs]


def _fitting(gathered: dict[str, Columns], keys: list[Key]) -> dict[str, Columns]:
    """Leave out what fits no column: each row with the id of its measurement before it and the number behind."""
    rows = {
        name: [
            (keys[row[0]][0], *row[1:], row[0]) if TABLES[name].is_partitioned else row
            for row in zip(*columns, strict=True)
        ]
        for name, columns in gathered.items()
    }
    return {
        name: columns_of(
            ((row[-1], *row[1:-1]) if TABLES[name].is_partitioned else row for row in fitting),
            len(TABLES[name].columns),
        )
        for name, fitting in without_misfits(rows).items()
    }
