"""Records become rows, and rows become tables: facts only, one flat row for each step (R1).

Steps are gathered as they are, and some thousands of them become columns together: that costs a third of making a row
of each.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import astuple

from trigpoint.model.measurement import Measurement, Reject
from trigpoint.model.step import Handshake, HttpRoundTrip
from trigpoint.observe.columns import TABLES_OF, Steps, columns_of, columns_of_steps, frames
from trigpoint.observe.enrichment import Enrichment
from trigpoint.remembered import Remembered
from trigpoint.store.manifest import COUNTRY_PATTERN, UNKNOWN_COUNTRY, UNKNOWN_DATE
from trigpoint.store.schemas import OBSERVATION_TABLES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from trigpoint.observe.columns import Key, Row
    from trigpoint.reference.addresses import AddressLookup

_EPOCH = date(1970, 1, 1).toordinal()
_SECONDS_A_DAY = 86_400

# Certificates and bodies gathered lately, which are not gathered again: 150 bytes each.
_REMEMBERED_CONTENT = 100_000

# Fields of a measurement that are tables of their own stand last: steps, certificates, bodies.
_MEASUREMENT_COLUMNS = len(TABLES["measurements"].columns)

# Days and countries of lately.
_REMEMBERED = 1_000

_RECORD_TABLES = ("measurements", "certificates", "bodies", "rejects")


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
        self._content: set[str] = set()
        self._clear()

    def _clear(self) -> None:
        self.count = 0
        """Records and steps gathered."""
        self.content_bytes = 0
        """Bytes of bodies, certificates and headers gathered."""
        self._keys: list[Key] = []
        self._records: dict[str, list[Row]] = {name: [] for name in _RECORD_TABLES}
        self._steps = {kind: Steps() for kind in TABLES_OF}

    def add(self, record: Measurement | Reject) -> None:
        """Add one record. A certificate or body gathered lately is not gathered again."""
        if isinstance(record, Reject):
            self._records["rejects"].append(astuple(record))
            self.count += 1
            return
        leaf = self._enrichment.certificates.leaf
        for certificate in record.certificates:
            self._enrichment.certificates.add(certificate)
            self._add_once("certificates", certificate.sha256, astuple(certificate), len(certificate.der))
        for body in record.bodies:
            self._add_once("bodies", body.sha256, astuple(body), len(body.content))
        number, started_at, gathered = len(self._keys), record.started_at, self._steps
        self._keys.append((record.id, *partition(record)))
        self._records["measurements"].append((number, *astuple(record)[1:_MEASUREMENT_COLUMNS]))
        for step in record.steps:
            of_kind = gathered[type(step)]
            of_kind.steps.append(step)
            of_kind.numbers.append(number)
            if isinstance(step, Handshake):
                of_kind.leaves.append(leaf(step.certificate_chain, step.server_name, started_at))
            elif isinstance(step, HttpRoundTrip):
                self.content_bytes += len(step.headers or "") + len(step.url)
        self.count += 1 + len(record.steps)

    def _add_once(self, table: str, sha256: str, row: Row, size: int) -> None:
        key = f"{table}/{sha256}"
        if key not in self._content:
            if len(self._content) >= _REMEMBERED_CONTENT:
                self._content.clear()  # what comes twice then is found when the survey is written
            self._content.add(key)
            self._records[table].append(row)
            self.content_bytes += size
            self.count += 1

    def take(self) -> dict[str, pl.DataFrame]:
        """Make a table of each kind and begin again; each table of ``OBSERVATION_TABLES``, in its order."""
        gathered = {name: columns_of(rows, len(TABLES[name].columns)) for name, rows in self._records.items()}
        for kind, steps in self._steps.items():
            gathered |= columns_of_steps(kind, steps, self._enrichment)
        keys = self._keys
        self._clear()
        return frames({name: gathered[name] for name in OBSERVATION_TABLES}, keys)


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
