"""Records become rows, and rows become tables: facts only, one flat row for each step (R1).

A row is laid behind the others of its table, value after value, as soon as its step is read; some thousands of rows
become columns together.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import astuple

from trigpoint.model.measurement import Measurement, Reject
from trigpoint.model.step import (
    Datagram,
    DnsLookup,
    Handshake,
    HttpRoundTrip,
    QuicHandshake,
    TcpConnect,
    TlsHandshake,
)
from trigpoint.observe.columns import frames
from trigpoint.observe.enrichment import Enrichment
from trigpoint.observe.places import Places
from trigpoint.remembered import Remembered
from trigpoint.store.manifest import COUNTRY_PATTERN, UNKNOWN_COUNTRY, UNKNOWN_DATE
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from trigpoint.model.step import Body, Certificate, Step
    from trigpoint.observe.columns import Values
    from trigpoint.observe.places import Key
    from trigpoint.reference.addresses import AddressLookup

_EPOCH = date(1970, 1, 1).toordinal()
_SECONDS_A_DAY = 86_400

# Certificates, and bodies, gathered lately, which are not gathered again: 150 bytes each.
_REMEMBERED_CONTENT = 50_000

# Fields of a measurement that are tables of their own stand last: steps, certificates, bodies.
_MEASUREMENT_COLUMNS = len(TABLES["measurements"].columns)

# Days and countries of lately.
_REMEMBERED = 1_000

TABLE_OF: dict[type[Step], str] = {
    DnsLookup: "dns_lookups",
    TcpConnect: "tcp_connects",
    TlsHandshake: "tls_handshakes",
    QuicHandshake: "quic_handshakes",
    HttpRoundTrip: "http_round_trips",
    Datagram: "datagrams",
}
"""The table of each kind of step."""


def partition(measurement: Measurement) -> tuple[str, str]:
    """Give the partition: UTC day (``unknown``) and country of the probe (``ZZ``). Both come into a path.

    >>> partition(Measurement(id="", nettest="", source="", path="", line=1, probe_cc="../..", started_at=1.6e9))
    ('2020-09-13', 'ZZ')
    """
    return day(measurement.started_at), _COUNTRIES[measurement.probe_cc]


def _country(code: str | None) -> str:
    return code if code is not None and COUNTRY_PATTERN.fullmatch(code) else UNKNOWN_COUNTRY


_COUNTRIES = Remembered(_country, _REMEMBERED)


def day(started_at: float | None) -> str:
    """Give the UTC day of a time in seconds since 1970-01-01, or ``unknown`` where the calendar has none."""
    return UNKNOWN_DATE if started_at is None else _DAYS[started_at // _SECONDS_A_DAY]


def _date(days: float) -> str:
    try:
        return date.fromordinal(_EPOCH + int(days)).isoformat()
    except (ValueError, OverflowError):
        return UNKNOWN_DATE


_DAYS = Remembered(_date, _REMEMBERED)


class Rows:
    """What becomes rows of the observation tables, gathered from records until :meth:`take` makes tables of it."""

    def __init__(self, lookup: AddressLookup | None = None) -> None:
        """Begin with nothing."""
        self._enrichment = Enrichment(lookup)
        self._content: dict[str, set[str]] = {"certificates": set(), "bodies": set()}
        self._keys: list[Key] = []
        self._clear()

    def _clear(self) -> None:
        self.count = 0
        """Records and steps gathered."""
        self.content_bytes = 0
        """Bytes of bodies, certificates and headers gathered."""
        self._rows: dict[str, Values] = {name: [] for name in OBSERVATION_TABLES}
        self._of_kind = {kind: self._rows[name] for kind, name in TABLE_OF.items()}

    def add(self, record: Measurement | Reject) -> None:
        """Add one record. A certificate or body gathered lately is not gathered again."""
        self.count += 1
        if isinstance(record, Reject):
            self._rows["rejects"] += astuple(record)
            return
        record = self._enrichment.placed(record)
        for certificate in record.certificates:
            self._enrichment.certificates.add(certificate)
            self._add_once("certificates", certificate, len(certificate.der))
        for body in record.bodies:
            self._add_once("bodies", body, len(body.content))
        number = len(self._keys)
        self._keys.append((record.id, *partition(record)))
        self._rows["measurements"] += (number, *astuple(record)[1:_MEASUREMENT_COLUMNS])
        self._add_steps(record, number)

    def _add_steps(self, record: Measurement, number: int) -> None:
        leaf, answers, of_kind = self._enrichment.certificates.leaf, self._rows["dns_answers"], self._of_kind
        for step in record.steps:
            kind = type(step)
            rows = of_kind[kind]
            rows.append(number)
            rows.extend(astuple(step))
            if kind is DnsLookup:  # half the time of asking for instances, 1 us a measurement
                place = step.step
                for answer in rows.pop():  # a table of their own, and the last field
                    answers.append(number)
                    answers.append(place)
                    answers.extend(astuple(answer))
            elif isinstance(step, Handshake):
                rows.extend(leaf(step.certificate_chain, step.server_name, record.started_at))
            elif isinstance(step, HttpRoundTrip):
                self.content_bytes += len(step.headers or "") + len(step.url)
        self.count += len(record.steps)

    def _add_once(self, table: str, content: Certificate | Body, size: int) -> None:
        gathered = self._content[table]
        if content.sha256 not in gathered:
            if len(gathered) >= _REMEMBERED_CONTENT:
                gathered.clear()  # what comes twice then is found when the survey is written
            gathered.add(content.sha256)
            self._rows[table] += astuple(content)
            self.content_bytes += size
            self.count += 1

    def take(self) -> dict[str, pl.DataFrame]:
        """Make a table of each kind and begin new ones; each table of ``OBSERVATION_TABLES``, in its order.

        Rows of a measurement have its number, which :meth:`places` says the meaning of.
        """
        rows = self._rows
        self._clear()
        return frames(rows, self._keys, self._enrichment)

    def places(self) -> Places:
        """Say where the measurements since the last call belong, and number from 0 again."""
        keys, self._keys = self._keys, []
        return Places(keys)


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
    made, places = rows.take(), rows.places()
    return {name: places.named(name, frame) if TABLES[name].is_partitioned else frame for name, frame in made.items()}
