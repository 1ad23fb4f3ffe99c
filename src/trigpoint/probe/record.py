"""One measurement as one line of JSON: the envelope of df-000 of ``ooni/spec`` around the arrays of its acts."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint import __version__
from trigpoint.errors import RecordError
from trigpoint.model.limits import LARGEST_RECORD_BYTES, LARGEST_RECORD_VALUES
from trigpoint.probe.arrays import arrays
from trigpoint.probe.location import NOWHERE, Location
from trigpoint.probe.needles import Needles
from trigpoint.probe.nettest import STEPS
from trigpoint.probe.scrub import Scrubber
from trigpoint.probe.tokens import secrets_of

if TYPE_CHECKING:
    from trigpoint.net.dial.diary import Diary
    from trigpoint.reference.addresses import AddressLookup

SOFTWARE = "trigpoint"
"""``software_name`` of our records."""

LAB_WORLD = "lab_world"
"""Annotation that names the lab's world. A record with it says nothing about the Internet."""

_NOTHING = Needles()
_DATA_FORMAT = "0.2.0"
_TIME = "%Y-%m-%d %H:%M:%S"
_NOBODY = "127.0.0.1"  # what stands for the probe's address in every record
_FORMATS = MappingProxyType(
    {"dnst": 0, "httpt": 0, "netevents": 0, "quichandshake": 0, "tcpconnect": 0, "tlshandshake": 0}
)
_PLATFORMS = MappingProxyType({"darwin": "macos", "win32": "windows"})
_SHORTEST_CUT = 1_024  # characters; a body below this is not why a record is too large


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a measurement besides its acts (df-000)."""

    nettest: str
    """Name of the nettest."""
    version: str
    """Version of the nettest."""
    input: str | None = None
    """What was measured. None: the nettest takes none."""
    started_at: float
    """Start, seconds since 1970-01-01 UTC by the probe's clock."""
    run_id: str = ""
    """Number of the run that it is part of, drawn by the probe. Empty: it has none."""
    run_started_at: float | None = None
    """Start of the run that it is part of, likewise. None: it is a run of its own."""
    runtime_seconds: float
    """Duration."""
    location: Location = NOWHERE
    """The probe's."""
    resolver: Location = NOWHERE
    """Of the system's resolver."""
    annotations: Mapping[str, str] = {}
    """As :func:`annotations_of` gives them."""
    options: tuple[str, ...] = ()
    """Options of the command that change what was measured."""
    test_helpers: Mapping[str, Any] = {}
    """Helpers that were used."""
    asked: tuple[str, ...] = ()
    """URLs and hosts, besides the input, that the nettest asks for by itself."""
    has_own_steps: bool = False
    """Whether the test keys have all steps, in parts of their own; then the shared arrays are left out."""

    @property
    def is_lab(self) -> bool:
        """Whether it was made in the lab."""
        return LAB_WORLD in self.annotations


def annotations_of(consent: str, given: Mapping[str, str] | None = None, *, world: str = "") -> dict[str, str]:
    """Give the annotations of a measurement: the person's own, then ours, which cannot be overridden.

    Args:
        consent: version of the text that was agreed to. Empty: none was needed, in the lab.
        given: what the person wants to be written.
        world: name of the lab's world. Empty: the field.

    """
    ours = {
        "platform": _PLATFORMS.get(sys.platform, sys.platform),
        "architecture": platform.machine().lower(),
        "engine_name": SOFTWARE,
        "engine_version": __version__,
        "consent": consent,
        LAB_WORLD: world,
    }
    theirs = {key: value for key, value in (given or {}).items() if key not in ours}
    return theirs | {key: value for key, value in ours.items() if value}


def tree_of(
    diary: Diary, envelope: Envelope, test_keys: Mapping[str, Any], networks: AddressLookup | None = None
) -> dict[str, Any]:
    """Put a record together: JSON with leaves, which the scrubber turns into JSON.

    Args:
        diary: the acts.
        envelope: what is said besides.
        test_keys: what the nettest adds; a key of the shared arrays replaces that array.
        networks: a local database of addresses, by which answers are annotated.

    """
    shared = {} if envelope.has_own_steps else _shared(diary, envelope, networks)
    return {
        "data_format_version": _DATA_FORMAT,
        "extensions": dict(_FORMATS),
        "annotations": dict(envelope.annotations),
        "input": envelope.input,
        "input_hashes": [],
        "measurement_start_time": _time(envelope.started_at),
        "options": list(envelope.options),
        "probe_asn": envelope.location.asn_text,
        "probe_cc": envelope.location.country,
        "probe_ip": _NOBODY,
        "probe_network_name": envelope.location.network,
        "report_id": envelope.run_id,  # a collector to which the record is sent puts its own number there
        "resolver_asn": envelope.resolver.asn_text,
        "resolver_ip": _NOBODY,
        "resolver_network_name": envelope.resolver.network,
        "software_name": SOFTWARE,
        "software_version": __version__,
        "test_helpers": dict(envelope.test_helpers),
        "test_keys": shared | _with_steps(test_keys, envelope, networks),
        "test_name": envelope.nettest,
        "test_runtime": round(envelope.runtime_seconds, 6),
        "test_start_time": _time(envelope.run_started_at or envelope.started_at),
        "test_version": envelope.version,
    }


def line_of(
    diary: Diary,
    envelope: Envelope,
    test_keys: Mapping[str, Any],
    needles: Needles = _NOTHING,
    networks: AddressLookup | None = None,
) -> bytes:
    """Write one measurement as one line of JSON Lines, with its line end.

    Args:
        diary: the acts.
        envelope: what is said besides.
        test_keys: what the nettest adds.
        needles: what points at whoever measured.
        networks: a local database of addresses, by which answers are annotated.

    Raises:
        RecordError: it is too large even without its bodies.

    """
    asked = (*envelope.asked, *((envelope.input,) if envelope.input else ()))
    scrub = Scrubber(needles, secrets_of(diary.round_trips, asked))
    record = scrub(tree_of(diary, envelope, test_keys, networks))
    line = msgspec.json.encode(record)
    while _is_too_large(line):
        _cut_longest_body(record)
        line = msgspec.json.encode(record)
    return line + b"\n"


def _shared(diary: Diary, envelope: Envelope, networks: AddressLookup | None) -> dict[str, Any]:
    is_newest_first = envelope.nettest == "web_connectivity"
    return arrays(
        diary.acts,
        diary.network_events,
        is_newest_first=is_newest_first,
        is_lab=envelope.is_lab,
        networks=networks,
    )


def _with_steps(value: Any, envelope: Envelope, networks: AddressLookup | None) -> Any:  # noqa: ANN401 - JSON with leaves
    """Write the diary of each part into it, as the arrays of its acts."""
    if isinstance(value, list):
        return [_with_steps(part, envelope, networks) for part in value]
    if not isinstance(value, Mapping):
        return value
    own = {key: _with_steps(part, envelope, networks) for key, part in value.items() if key != STEPS}
    return own | _shared(value[STEPS], envelope, networks) if STEPS in value else own


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime(_TIME)


def _is_too_large(line: bytes) -> bool:
    """Tell whether readers would refuse a record: a page of commas costs them as much as one of many values."""
    values = line.count(b",") + line.count(b"[") + line.count(b"{")
    return len(line) > LARGEST_RECORD_BYTES or values > LARGEST_RECORD_VALUES


def _cut_longest_body(record: dict[str, Any]) -> None:
    """Cut the longest body of all requests in half, those of parts too, and say so.

    Raises:
        RecordError: there is none left to cut.

    """
    longest = max(_responses(record["test_keys"]), key=_body_length, default=None)
    if longest is None or _body_length(longest) < _SHORTEST_CUT:
        message = "a measurement too large to be written"
        raise RecordError(message)
    body = longest["body"]
    if isinstance(body, dict):
        body["data"] = body["data"][: len(body["data"]) // 8 * 4]  # a multiple of four characters is whole bytes
    else:
        longest["body"] = body[: len(body) // 2]
    longest["body_is_truncated"] = True


def _responses(keys: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the responses of the shared requests, and of those of each part in whatever list."""
    yield from (trip["response"] for trip in keys.get("requests") or ())
    parts = (part for value in keys.values() if isinstance(value, list) for part in value)
    yield from (one for part in parts if isinstance(part, dict) and "requests" in part for one in _responses(part))


def _body_length(response: dict[str, Any]) -> int:
    body = response["body"]
    return len(body["data"] if isinstance(body, dict) else body)
