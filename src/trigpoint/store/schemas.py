"""The tables of a survey, derived from the records of ``model``: one column for each flat field, in its order.

No table has list columns: DNS answers, certificates and bodies are tables of their own. Every row carries the
measurement's id, and every row of a step its number and JSON pointer, so that joins are exact.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec
import polars as pl

from trigpoint.model.cell import Cell, CellRun, CellWord
from trigpoint.model.facts import AddressFacts, LeafFacts, ResolverFacts
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.model.step import (
    Body,
    Certificate,
    Datagram,
    DnsAnswer,
    DnsLookup,
    HttpRoundTrip,
    QuicHandshake,
    TcpConnect,
    TlsHandshake,
)
from trigpoint.model.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT_VERSION = 5
"""Version of the directory's layout and of these tables. A survey with a greater one is refused; in one with a smaller
one, columns that came later are missing in every row.

2: ``lab_world`` of ``measurements``. 3: ``received_rate`` and ``is_stopped`` of ``datagrams``. 4: ``cells``,
``cell_runs``, ``cell_words``, ``vantage_address`` of ``measurements`` and ``shared`` of ``dns_answers``.
5: ``parts`` of ``verdicts``, whose ``mechanisms`` have signs where nothing is decided.
"""

_DTYPES: dict[type, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    bytes: pl.Binary(),
}


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    name: str
    """Its name."""
    dtype: Any
    """Its Polars data type."""
    origin: type | str
    """Record that declares it; where none does, its meaning."""

    @property
    def meaning(self) -> str:
        """Meaning, unit, and what missing means. Read when asked for: only the reference asks, and it takes 25 ms."""
        return self.origin if isinstance(self.origin, str) else field_meanings(self.origin)[self.name]


class Table(msgspec.Struct, frozen=True):
    """One table of a survey."""

    name: str
    """Its name, also of its folder."""
    meaning: str
    """What a row is."""
    columns: tuple[Column, ...]
    """Its columns in order."""
    is_partitioned: bool = True
    """Whether it is partitioned by ``date`` (UTC day of the measurement) and ``country`` (of the probe)."""

    @property
    def schema(self) -> dict[str, Any]:
        """Column name to Polars data type, in order."""
        return {column.name: column.dtype for column in self.columns}


@cache
def field_meanings(record: type) -> Mapping[str, str]:
    """Read the string beneath each field of a record class, its bases included, as one line.

    >>> field_meanings(AddressFacts)["asn"][:9]
    'AS number'
    """
    found: dict[str, str] = {}
    for base in reversed(record.__mro__):
        if base.__module__.startswith("trigpoint.") and issubclass(base, msgspec.Struct):
            found |= _own_meanings(base)
    return MappingProxyType(found)


def _own_meanings(record: type) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(record))).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _columns(record: type) -> tuple[Column, ...]:
    hints = get_type_hints(record)
    columns = []
    for field in msgspec.structs.fields(record):
        kinds = [kind for kind in get_args(hints[field.name]) or (hints[field.name],) if kind in _DTYPES]
        if len(kinds) == 1:  # what is left out are the lists: tables of their own
            columns.append(Column(field.name, _DTYPES[kinds[0]], record))
    return tuple(columns)


_KEY = (Column("measurement", pl.String(), "Id of the measurement."),)
_STEP = (Column("step", pl.Int64(), "Number of the lookup that it answers, a row of ``dns_lookups``."),)

_ALL = (
    Table("measurements", "One measurement.", _columns(Measurement)),
    Table(
        "dns_lookups",
        "One DNS question and its reply as a whole.",
        _KEY + _columns(DnsLookup) + _columns(ResolverFacts),
    ),
    Table("dns_answers", "One record of a DNS reply.", _KEY + _STEP + _columns(DnsAnswer) + _columns(AddressFacts)),
    Table("tcp_connects", "One attempt to connect.", _KEY + _columns(TcpConnect) + _columns(AddressFacts)),
    Table(
        "tls_handshakes",
        "One TLS handshake.",
        _KEY + _columns(TlsHandshake) + _columns(AddressFacts) + _columns(LeafFacts),
    ),
    Table("http_round_trips", "One HTTP request and its response.", _KEY + _columns(HttpRoundTrip)),
    Table(
        "quic_handshakes",
        "One QUIC handshake.",
        _KEY + _columns(QuicHandshake) + _columns(AddressFacts) + _columns(LeafFacts),
    ),
    Table("datagrams", "One exchange of bytes outside the other kinds.", _KEY + _columns(Datagram)),
    Table("certificates", "One X.509 certificate, each once.", _columns(Certificate), is_partitioned=False),
    Table("bodies", "One response body, each once; never published.", _columns(Body), is_partitioned=False),
    Table("rejects", "Something that could not be read as a measurement.", _columns(Reject), is_partitioned=False),
    Table("findings", "One rule that fired on one row.", _columns(Finding)),
    Table("verdicts", "The conclusion for one target of one measurement.", _columns(Verdict)),
    Table("cells", "What all runs of one day on one network say of one target.", _columns(Cell)),
    Table("cell_runs", "What one run adds to a cell; cells of any selection are made from these.", _columns(CellRun)),
    Table("cell_words", "How often a mechanism, an explanation or a rule was named in a cell.", _columns(CellWord)),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _ALL})
"""Every table by name, in the way of the data."""

VERDICT_TABLES = ("findings", "verdicts")
"""What ``judge`` writes."""

CELL_TABLES = ("cells", "cell_runs", "cell_words")
"""What is aggregated from verdicts."""

OBSERVATION_TABLES = tuple(name for name in TABLES if name not in VERDICT_TABLES + CELL_TABLES)
"""What ``observe`` writes."""
