"""What is gathered while one record is walked: its steps in order, and what later steps need of earlier ones."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.model.step import Body, Certificate, Step
from trigpoint.net.certificates import certificate_of
from trigpoint.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from trigpoint.archive.ooni.raw import RawEvent, Timed

    _Event: TypeAlias = tuple[float, RawEvent]

PROBE = "probe"
CONTROL = "control"

BODY_BYTES = 65_536
"""How much of a body is kept: block pages are far smaller, and titles stand near the beginning."""

_DEPTH = re.compile(r"(?:^|\0)depth=([0-9]{1,3})(?:\0|$)")
_BLANKS = re.compile(r"[^\S\0]+")
_LONGEST_TAGS = 1_000  # characters; probes write about fifty
_EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
_FEW = 256  # elements of a list; those of probes have some dozen


class Scope(msgspec.Struct, frozen=True, gc=False):
    """The part of a record that steps are read from."""

    pointer: str
    """JSON pointer to it."""
    mark: str = ""
    """Our tag for its steps, such as ``arm=target``."""
    server_name: str | None = None
    """Server name of handshakes that do not say theirs. Missing: they are on their own."""
    is_chain: bool = True
    """Whether its steps can belong to the measured input or a redirect of it."""


class Recorder(msgspec.Struct):
    """Collects the steps of one record, numbered as they come."""

    steps: list[Step] = []
    """Steps so far."""
    certificates: dict[str, Certificate] = {}
    """Certificates of their chains by SHA-256."""
    bodies: dict[str, Body] = {}
    """Bodies of their responses by SHA-256."""
    as_numbers: dict[str, int] = {}
    """AS number of each address, as annotated anywhere in the record."""
    as_names: dict[str, str] = {}
    """Name of that AS."""
    host_hops: dict[str, int] = {}
    """Redirect depth at which each host was used first."""
    address_hops: dict[str, int] = {}
    """The same of each address."""
    request_hops: dict[str, int] = {}
    """Redirect depth of each round trip, by its pointer."""
    resolver_asn: int | None = None
    """AS number of the system's resolver. Missing: not recorded."""

    def chain(self, raw: list[Any] | None) -> str | None:
        """Keep the certificates of a handshake; give their fingerprints, leaf first."""
        found = []
        for item in raw or ():
            data = item.get("data") if isinstance(item, dict) else item
            if isinstance(data, str) and (certificate := certificate_of(data)) is not None:
                self.certificates[certificate.sha256] = certificate
                found.append(certificate.sha256)
        return " ".join(found) or None

    def body(self, content: bytes) -> str:
        """Keep a body; give its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest() if content else _EMPTY_SHA256
        if sha256 not in self.bodies:
            self.bodies[sha256] = Body(sha256=sha256, body_bytes=len(content), content=content[:BODY_BYTES])
        return sha256

    def hop_of_host(self, host: str | None, address: str | None) -> int | None:
        """Give the redirect depth at which a host, else an address, was used first."""
        hop = self.host_hops.get(host) if host else None
        return self.address_hops.get(address) if hop is None and address else hop


_POINTERS: Remembered[str, list[str]] = Remembered(lambda _: [], 1_024)


def pointers(pointer: str, listed: list[Any]) -> Iterable[str]:
    """Give the JSON pointers of a list's elements, or more. Those of short lists are remembered: records share them.

    >>> list(zip(pointers("/test_keys/queries", ["a", "b"]), ["a", "b"]))
    [('/test_keys/queries/0', 'a'), ('/test_keys/queries/1', 'b')]
    """
    if len(listed) > _FEW:
        return (f"{pointer}/{number}" for number in range(len(listed)))
    known = _POINTERS[pointer]
    while len(known) < len(listed):
        known.append(f"{pointer}/{len(known)}")
    return known


def transaction_of(raw: Timed) -> int | None:
    """Give the number that joins the steps of a connection; older probes called it ``conn_id``."""
    return raw.conn_id or None if raw.transaction_id is None else raw.transaction_id


def tags_of(raw: Any, mark: str) -> tuple[str | None, int | None]:  # noqa: ANN401 - hostile JSON
    """Write tags as one text, sorted, and read the redirect depth among them."""
    if not raw:
        return mark or None, None
    try:
        joined = "\0".join(raw)
    except TypeError:
        joined = "\0".join(tag for tag in raw if isinstance(tag, str)) if isinstance(raw, list) else ""
    return _TAGS[joined[:_LONGEST_TAGS], mark]


def _tags(given: tuple[str, str]) -> tuple[str | None, int | None]:
    joined, mark = given
    depth = _DEPTH.search(joined)
    tags = [_BLANKS.sub("_", tag) for tag in joined.split("\0") if tag]
    return " ".join(sorted({*tags, *mark.split()})) or None, int(depth.group(1)) if depth else None


_TAGS = Remembered(_tags, 4_096)


class Traffic(msgspec.Struct, frozen=True, gc=False):
    """What network events say of one handshake."""

    read_count: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    last_operation: str | None = None


NO_TRAFFIC = Traffic()
_READS = frozenset({"read", "read_from"})
_WRITES = frozenset({"write", "write_to"})
_STARTS = frozenset({"tls_handshake_start", "quic_handshake_start", "connect"})


class Events:
    """The network events of a part of a record, found again by connection or by address."""

    def __init__(self, events: list[RawEvent | None] | None) -> None:
        by_peer: defaultdict[int | str | None, list[_Event]] = defaultdict(list)
        for event in events or ():
            if event is not None and (time := event.t) is not None:
                connection = event.transaction_id
                by_peer[event.conn_id or event.address if connection is None else connection].append((time, event))
        self._by_peer = by_peer

    def during(self, handshake: Timed, address: str | None) -> Traffic:
        """Sum up what was read and written between a handshake's start and end. Failed operations moved no bytes."""
        connection = transaction_of(handshake)
        events = self._by_peer.get(connection) if connection is not None else None
        if events is None and address:
            events = self._by_peer.get(address)
        if events is None or handshake.t is None:
            return NO_TRAFFIC
        start = handshake.t0 if handshake.t0 is not None else _start(events, handshake.t)
        return _sum(events, start, handshake.t)


def _start(events: list[_Event], end: float) -> float:
    """Find when a handshake began whose record does not say: at its last start, or its connect, before its end."""
    return max((time for time, event in events if event.operation in _STARTS and time <= end), default=-1.0)


def _sum(events: list[_Event], start: float, end: float) -> Traffic:
    reads = writes = read_bytes = written_bytes = 0
    last = None
    for time, event in events:
        if start <= time <= end and not event.failure:
            if event.operation in _READS:
                reads, last = reads + 1, _READS
                read_bytes += event.num_bytes or 0
            elif event.operation in _WRITES:
                writes, last = writes + 1, _WRITES
                written_bytes += event.num_bytes or 0
    named = None if last is None else f"read_{reads}" if last is _READS else f"write_{writes}"
    return Traffic(reads, read_bytes, written_bytes, named)
