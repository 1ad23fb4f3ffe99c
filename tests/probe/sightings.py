"""What the steps of a record show, in the words of truth: as if a client of one family had fetched the page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import msgspec

from tests.lab.client import PORTS, Fetched
from trigpoint.archive.format import Origin
from trigpoint.archive.formats.ooni import FORMAT
from trigpoint.model.failure import Kind, kind
from trigpoint.model.step import (
    Datagram,
    DnsLookup,
    Handshake,
    HttpRoundTrip,
    QuicHandshake,
    Step,
    TcpConnect,
    TlsHandshake,
    Vantage,
)
from trigpoint.net.certificates import parse_certificate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.lab.world.truth import Truth
    from trigpoint.model.measurement import Measurement

_ONE = {Kind.TLS_ALERT, Kind.TLS_OTHER}  # which of the two it is depends on the TLS library's words
_OTHERS = ("service=", "arm=")  # steps of resolvers, helpers and arms, not of the visit
_HERE = Origin(source="", path="")


class Reading(NamedTuple):
    """One record, as a reader finds it."""

    measurement: Measurement
    follows: str
    """Name of the measurement that it follows. Empty: it was planned."""
    name: str
    """By which those that follow it say so."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those made inside."""
        return tuple(step for step in self.measurement.steps if step.vantage == Vantage.PROBE)


class _Notes(msgspec.Struct):
    measurement: str = ""
    follow_up_of: str = ""


class _Record(msgspec.Struct):
    annotations: _Notes


def reading_of(line: bytes) -> Reading:
    """Read a line as every reader does, and what it says of other lines."""
    notes = msgspec.json.decode(line, type=_Record).annotations
    return Reading(FORMAT.decode(line, _HERE), notes.follow_up_of, notes.measurement)


def sightings(reading: Reading, row: Truth, family: int) -> list[Fetched]:
    """Give what a client of a family would have seen that takes the first address; some nettests try several times."""
    scheme = urlsplit(row.address).scheme
    if scheme == "tcp":
        found = _of_random_bytes(reading, family)
    elif scheme == "dot":
        found = _of_servers(reading, family)
    else:
        found = [_of_page(reading, row, family)]
    return [as_told(row, one) for one in found]


def as_told(row: Truth, fetched: Fetched) -> Fetched:
    """Write a failure as the row does, if it means the same."""
    meant, seen = kind(row.failure), kind(fetched.failure)
    is_same = meant is not None and (meant == seen or {meant, seen} <= _ONE)
    return msgspec.structs.replace(fetched, failure=row.failure) if is_same else fetched


def as_recorded(fetched: Fetched) -> Fetched:
    """Write what a client fetched as a record shows it: the body by its hash, the certificate by its issuer."""
    issuer = (parse_certificate(fetched.certificate).issuer or "") if fetched.certificate else ""
    body = hashlib.sha256(fetched.body).hexdigest().encode() if fetched.body else b""
    return msgspec.structs.replace(fetched, body=body, certificate=issuer.encode())


def first_failures(reading: Reading, row: Truth, addresses: Iterable[str]) -> set[str]:
    """Give the steps at which connections to some addresses failed first."""
    return {_of_steps(reading, _chain(reading, row, address)).step for address in addresses}


def _of_page(reading: Reading, row: Truth, family: int) -> Fetched:
    own = [step for step in reading.steps if isinstance(step, DnsLookup) and {"classic", "depth=0"} <= _tags(step)]
    addresses = tuple(address for step in own for address in addresses_of(step) if is_of(address, family))
    if not addresses:
        failure = next((step.failure for step in own if step.failure), "dns_no_answer")
        return Fetched("dns", failure, answers=((),))
    found = _of_steps(reading, _chain(reading, row, addresses[0]))
    return msgspec.structs.replace(found, answers=(addresses,))


def addresses_of(step: DnsLookup) -> list[str]:
    """Give the addresses of a reply."""
    return [answer.address for answer in step.answers if answer.address]


def _chain(reading: Reading, row: Truth, address: str) -> list[Step]:
    """Give the steps of the connection to an address over which the page was to be asked for."""
    url = urlsplit(row.address)
    begins = QuicHandshake if url.scheme == "h3" else TcpConnect
    place = (address, url.port or PORTS[url.scheme])
    return _of_transactions(
        reading,
        {
            step.transaction
            for step in reading.steps
            if isinstance(step, begins) and (step.address, step.port) == place and _is_of_visit(step)
        },
    )


def _of_transactions(reading: Reading, transactions: set[int | None]) -> list[Step]:
    return [step for step in reading.steps if step.transaction in transactions and step.transaction is not None]


def _is_of_visit(step: Step) -> bool:
    tags = _tags(step)
    return "depth=0" in tags and "fetch_body=false" not in tags and not any(tag.startswith(_OTHERS) for tag in tags)


def _of_steps(reading: Reading, steps: list[Step]) -> Fetched:
    """Follow one connection to its first failure."""
    certificate, page, seconds = b"", {}, 0.0
    for step in steps:
        if step.failure is not None:
            return Fetched(_layer(step), step.failure)
        if isinstance(step, Handshake) and step.certificate_chain:
            certificate = _issuer(reading, step.certificate_chain.split()[0])
        if isinstance(step, HttpRoundTrip) and step.status is not None:
            body = (step.body_sha256 or "").encode() if step.body_bytes else b""
            page = {"status": step.status, "location": step.location or "", "body": body}
            seconds = (step.ended or 0.0) - (steps[0].started or 0.0)
    return Fetched("", None, certificate=certificate, seconds=seconds, **page) if steps else Fetched("none", None)


def _issuer(reading: Reading, sha256: str) -> bytes:
    found = next(one for one in reading.measurement.certificates if one.sha256 == sha256)
    return (found.issuer or "").encode()


def _of_random_bytes(reading: Reading, family: int) -> list[Fetched]:
    """Read the tries of random bytes, which hand-written clients send as well."""
    sent = [step for step in reading.steps if isinstance(step, Datagram) and arm_of(step) == "random"]
    failures = [step.failure for step in sent if is_of(step.address or "", family)]
    return [Fetched("tcp" if failure else "", failure) for failure in failures]


def _of_servers(reading: Reading, family: int) -> list[Fetched]:
    """Read the lookups at the first address of a DoT server."""
    connects = [step for step in reading.steps if isinstance(step, TcpConnect) and is_of(step.address, family)]
    if not connects:
        failure = next((step.failure for step in reading.steps if isinstance(step, DnsLookup)), None)
        return [Fetched("dns", failure or "dns_no_answer", answers=((),))]
    first = {step.transaction for step in connects if step.address == connects[0].address}
    steps = sorted(_of_transactions(reading, first), key=lambda step: isinstance(step, DnsLookup))
    return [_of_steps(reading, steps)]


def arm_of(step: Step) -> str:
    """Give the arm of a step, without the number of the try and without the family. Empty: it is of none."""
    label = next((tag.removeprefix("arm=") for tag in _tags(step) if tag.startswith("arm=")), "")
    return label.partition(".")[0].removesuffix("_v6").removesuffix("_v4")


def is_of(address: str, family: int) -> bool:
    """Tell whether an address is of a version of IP."""
    return (":" in address) == (family == 6)


def _layer(step: Step) -> str:
    match step:
        case TcpConnect():
            return "tcp"
        case QuicHandshake():
            return "quic"
        case TlsHandshake():
            return "tls"
        case HttpRoundTrip():
            return "http"
        case _:
            return "dns"


def _tags(step: Step) -> set[str]:
    return set((step.tags or "").split())
