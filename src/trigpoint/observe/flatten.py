"""Records become rows, and rows become tables: facts only, one flat row for each step (R1).

Rows are tuples in the order of the table's columns. Tables are built column by column with the types of the schema:
measured, ten times cheaper than from dictionaries or from rows.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
from msgspec.structs import astuple, replace

from trigpoint.model.facts import ResolverFacts
from trigpoint.model.measurement import Measurement, Reject
from trigpoint.model.step import Datagram, DnsLookup, HttpRoundTrip, QuicHandshake, TcpConnect, TlsHandshake
from trigpoint.observe.certificates import CertificateMemory
from trigpoint.observe.misfits import without_misfits
from trigpoint.reference.addresses import facts_without_database
from trigpoint.store.manifest import COUNTRY_PATTERN, UNKNOWN_COUNTRY, UNKNOWN_DATE
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES
from trigpoint.store.survey import PARTITION_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trigpoint.model.step import Step
    from trigpoint.reference.addresses import AddressLookup

Row: TypeAlias = "tuple[Any, ...]"
_Facts: TypeAlias = "tuple[int | None, str | None, str | None, bool | None]"

_EPOCH = date(1970, 1, 1).toordinal()
_SECONDS_A_DAY = 86_400

# Distinct addresses repeat far more than they differ; a hostile stream of new ones must not fill the memory.
_REMEMBERED_ADDRESSES = 50_000

# Certificates and bodies gathered lately, which are not gathered again: 150 bytes each.
_REMEMBERED_CONTENT = 100_000

_NO_ADDRESS: _Facts = (None, None, None, None)

# Fields of a measurement that are tables of their own stand last: steps, certificates, bodies.
_MEASUREMENT_COLUMNS = len(TABLES["measurements"].columns)
_LOOKUP_COLUMNS = len(TABLES["dns_lookups"].columns) - 1 - len(ResolverFacts.__struct_fields__)
_RESOLVER_ASN = list(TABLES["dns_lookups"].schema).index("resolver_asn") - 1


class Enrichment:
    """Facts of addresses and certificates, each looked up once as long as it is remembered."""

    def __init__(self, lookup: AddressLookup | None = None, limit: int = _REMEMBERED_ADDRESSES) -> None:
        """Look addresses up with ``lookup``; missing: only what the address itself tells."""
        self._lookup = lookup or facts_without_database
        self.has_database = lookup is not None
        self._limit = limit
        self._addresses: dict[str, _Facts] = {}
        self.certificates = CertificateMemory()

    def address(self, address: str | None, annotated_asn: int | None, annotated_name: str | None = None) -> _Facts:
        """Give the values of :class:`trigpoint.model.facts.AddressFacts`; an annotation fills what no database says."""
        known = _NO_ADDRESS if address is None else self._addresses.get(address) or self._look_up(address)
        if known[0] is None and (annotated_asn is not None or annotated_name is not None):
            return annotated_asn, annotated_name, known[2], known[3]
        return known

    def _look_up(self, address: str) -> _Facts:
        if len(self._addresses) >= self._limit:
            self._addresses.clear()
        found = self._lookup(address)
        self._addresses[address] = known = (found.asn, found.as_name, found.address_country, found.is_bogon)
        return known

    def placed(self, measurement: Measurement) -> Measurement:
        """Fill in the country and network of a remote measurement's vantage point, where they are not recorded."""
        if measurement.vantage_address is None or not self.has_database:
            return measurement
        asn, name, country, _ = self.address(measurement.vantage_address, None)
        return replace(
            measurement,
            probe_cc=measurement.probe_cc or country,
            probe_asn=measurement.probe_asn or asn,
            probe_network=measurement.probe_network or name,
        )

    def resolver(self, resolver: str | None, recorded: int | None) -> tuple[int | None, str | None, str | None]:
        """Find AS, its name and country of a resolver given as address and port; what was recorded fills a gap."""
        if resolver is None or "/" in resolver:  # a DoH URL names a host, not an address
            return recorded, None, None
        host, _, port = resolver.rpartition(":")
        address = host.strip("[]") if host and port.isdigit() and (host.count(":") == 0 or host[0] == "[") else resolver
        asn, name, country, _ = self.address(address, None)
        return recorded if asn is None else asn, name, country


def partition(measurement: Measurement) -> tuple[str, str]:
    """Give the partition: UTC day (``unknown``) and country of the probe (``ZZ``). Both come into a path.

    >>> partition(Measurement(id="", nettest="", source="", path="", line=1, probe_cc="../..", started_at=1.6e9))
    ('2020-09-13', 'ZZ')
    """
    country = measurement.probe_cc
    is_code = country is not None and COUNTRY_PATTERN.fullmatch(country) is not None
    return day(measurement.started_at), country if country is not None and is_code else UNKNOWN_COUNTRY


def day(started_at: float | None) -> str:
    """Give the UTC day of a time in seconds since 1970-01-01, or ``unknown`` where the calendar has none."""
    if started_at is None:
        return UNKNOWN_DATE
    try:
        return date.fromordinal(_EPOCH + int(started_at // _SECONDS_A_DAY)).isoformat()
    except (ValueError, OverflowError):
        return UNKNOWN_DATE


class Rows:
    """Rows of every observation table, gathered from records until :meth:`take` turns them into tables."""

    def __init__(self, lookup: AddressLookup | None = None) -> None:
        """Begin without rows."""
        self._enrichment = Enrichment(lookup)
        self._content: set[str] = set()
        self._add_step: dict[type[Step], Callable[[str, float | None, Any, int], None]] = {
            DnsLookup: self._add_lookup,
            TcpConnect: self._add_connect,
            TlsHandshake: self._add_handshake,
            QuicHandshake: self._add_handshake,
            HttpRoundTrip: self._add_round_trip,
            Datagram: self._add_datagram,
        }
        self._clear()

    def _clear(self) -> None:
        self.count = 0
        """Rows gathered."""
        self.content_bytes = 0
        """Bytes of bodies, certificates and headers gathered."""
        self._partitions: dict[tuple[str, str], int] = {}
        self._rows: dict[str, list[Row]] = {name: [] for name in OBSERVATION_TABLES}

    def add(self, record: Measurement | Reject) -> None:
        """Add the rows of one record. A certificate or body gathered lately is not gathered again."""
        if isinstance(record, Reject):
            self._rows["rejects"].append(astuple(record))
            self.count += 1
            return
        record = self._enrichment.placed(record)
        for certificate in record.certificates:
            self._enrichment.certificates.add(certificate)
            self._add_once("certificates", certificate.sha256, astuple(certificate), len(certificate.der))
        for body in record.bodies:
            self._add_once("bodies", body.sha256, astuple(body), len(body.content))
        number = self._partitions.setdefault(partition(record), len(self._partitions))
        self._rows["measurements"].append((*astuple(record)[:_MEASUREMENT_COLUMNS], number))
        key, started_at, add = record.id, record.started_at, self._add_step
        for step in record.steps:
            add[type(step)](key, started_at, step, number)
        self.count += 1 + len(record.steps)

    def _add_once(self, table: str, sha256: str, row: Row, size: int) -> None:
        key = f"{table}/{sha256}"
        if key not in self._content:
            if len(self._content) >= _REMEMBERED_CONTENT:
                self._content.clear()  # what comes twice then is found when the survey is written
            self._content.add(key)
            self._rows[table].append(row)
            self.content_bytes += size
            self.count += 1

    def _add_lookup(self, key: str, _: float | None, step: DnsLookup, number: int) -> None:
        facts = self._enrichment
        lookup = astuple(step)[:_LOOKUP_COLUMNS]
        name = country = None
        if facts.has_database:
            asn, name, country = facts.resolver(step.resolver_address, step.resolver_asn)
            lookup = (*lookup[:_RESOLVER_ASN], asn, *lookup[_RESOLVER_ASN + 1 :])
        self._rows["dns_lookups"].append((key, *lookup, name, country, number))
        if step.answers:
            place, rows, look_up = step.step, self._rows["dns_answers"], facts.address
            for answer in step.answers:
                address = look_up(answer.address, answer.annotated_asn, answer.annotated_as_name)
                rows.append((key, place, *astuple(answer), *address, number))
            self.count += len(step.answers)

    def _add_connect(self, key: str, _: float | None, step: TcpConnect, number: int) -> None:
        address = self._enrichment.address(step.address, step.annotated_asn)
        self._rows["tcp_connects"].append((key, *astuple(step), *address, number))

    def _add_handshake(
        self, key: str, started_at: float | None, step: TlsHandshake | QuicHandshake, number: int
    ) -> None:
        facts = self._enrichment
        address = facts.address(step.address, step.annotated_asn)
        leaf = facts.certificates.leaf(step.certificate_chain, step.server_name, started_at)
        table = "tls_handshakes" if isinstance(step, TlsHandshake) else "quic_handshakes"
        self._rows[table].append((key, *astuple(step), *address, *leaf, number))

    def _add_round_trip(self, key: str, _: float | None, step: HttpRoundTrip, number: int) -> None:
        self._rows["http_round_trips"].append((key, *astuple(step), number))
        self.content_bytes += len(step.headers or "") + len(step.url)

    def _add_datagram(self, key: str, _: float | None, step: Datagram, number: int) -> None:
        self._rows["datagrams"].append((key, *astuple(step), number))

    def take(self) -> dict[str, pl.DataFrame]:
        """Turn the rows into one table each and begin again.

        A measurement with a value that fits no column (an integer beyond 64 bits, text where a number belongs)
        becomes a row of ``rejects`` (R3).
        """
        gathered, partitions = self._rows, list(self._partitions)
        self._clear()
        try:
            return {name: _frame(name, rows, partitions) for name, rows in gathered.items()}
        except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):  # rare: find out whose value it was
            fitting = without_misfits(gathered)
            return {name: _frame(name, rows, partitions) for name, rows in fitting.items()}


def tables(
    records: Iterable[Measurement | Reject], address_lookup: AddressLookup | None = None
) -> dict[str, pl.DataFrame]:
    """Make the observation tables of records in memory, each measurement, certificate and body once.

    Args:
        records: what a reader yields.
        address_lookup: facts of an address, such as :meth:`trigpoint.reference.addresses.AddressDatabase.lookup`.

    Returns:
        Every table of ``OBSERVATION_TABLES``, in the order of the records; partitioned ones with ``date`` and
        ``country`` as last columns.

    """
    rows = Rows(address_lookup)
    seen: set[str] = set()
    for record in records:
        if isinstance(record, Measurement):
            if record.id in seen:
                continue
            seen.add(record.id)
        rows.add(record)
    return rows.take()


def _frame(name: str, rows: list[Row], partitions: list[tuple[str, str]]) -> pl.DataFrame:
    table = TABLES[name]
    width = len(table.columns) + table.is_partitioned
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    series = [
        pl.Series(column.name, values, dtype=column.dtype)
        for column, values in zip(table.columns, columns, strict=False)
    ]
    if table.is_partitioned:
        numbers = pl.Series(columns[-1], dtype=pl.UInt32)
        for place, (column, dtype) in enumerate(PARTITION_COLUMNS.items()):
            values = pl.Series(column, [key[place] for key in partitions], dtype=dtype)
            series.append(values.gather(numbers))
    return pl.DataFrame(series)
