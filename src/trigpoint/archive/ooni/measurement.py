"""One record of OONI's data format -> one measurement."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.archive.ooni.control import annotate, control_outcome
from trigpoint.archive.ooni.decode import decode_json
from trigpoint.archive.ooni.fit import fitted
from trigpoint.archive.ooni.http import hops_of
from trigpoint.archive.ooni.nettests import READERS, add_late_replies
from trigpoint.archive.ooni.outcome import outcome
from trigpoint.archive.ooni.parts import add_parts
from trigpoint.archive.ooni.raw import RawMeasurement, RawSteps
from trigpoint.archive.ooni.recorder import Recorder, Scope, pointers
from trigpoint.archive.ooni.steps import add_steps
from trigpoint.archive.ooni.values import as_number, country, inputs, instant, text
from trigpoint.archive.ooni.verdict import probe_verdict
from trigpoint.archive.scrub import without_probe_address
from trigpoint.errors import RecordError
from trigpoint.model.measurement import Measurement
from trigpoint.model.step import HttpRoundTrip
from trigpoint.net.names import canonical_address, host_of

if TYPE_CHECKING:
    from trigpoint.archive.format import Origin

ARCHIVE_KEYS = frozenset({
    "measurement_uid",  # given by the collector's archive on receipt
    "report_id",        # given by the collector when a report was opened: a repeated upload gets another
    "report_filename",  # of the archive's file
    "bucket_date",      # of the archive's folder
    "id",               # given by the first archive's pipeline, 2012 to 2017
    "backend_version",  # of the collector that received it
})  # fmt: skip
"""Top-level keys that an archive writes and a probe does not; a measurement's id leaves them out."""

UNNAMED = "unknown"
"""Nettest of a record with steps but without a test name."""

_POSTCAN = ".post"


def measurement_of(record: bytes, origin: Origin) -> Measurement:
    """Read one record.

    Raises:
        RecordError: it is not JSON, not an object, or has neither test name nor steps.

    """
    value = content_of(decode_json(record))
    scrubbed = without_probe_address(record, value)
    if scrubbed is not None:
        value = content_of(decode_json(scrubbed))
    raw = fitted(value, RawMeasurement) or RawMeasurement()
    keys = value.get("test_keys")
    keys = keys if isinstance(keys, dict) else {}
    nettest = text(raw.test_name)
    measured = inputs(raw.input) or _asked_of_control(keys)
    recorder = _walked(raw, keys, nettest, measured)
    if nettest is None and not recorder.steps:
        message = "not a measurement: no test name and no steps"
        raise RecordError(message)
    has_control, control_failure = _control(nettest, keys, recorder)
    outcome_success, outcome_failure = outcome(nettest, keys)
    annotations = raw.annotations or {}
    return Measurement(  # by position: by name, it takes 3 us
        canonical_id(value),
        text(raw.measurement_uid) or _uid_of_postcan(origin),
        text(raw.report_id),
        nettest or UNNAMED,
        text(raw.test_version),
        " ".join(filter(None, (text(raw.software_name), text(raw.software_version)))) or None,
        text(annotations.get("platform")),
        text(annotations.get("network_type")),
        text(annotations.get("lab_world")),
        country(raw.probe_cc),
        as_number(raw.probe_asn),
        text(raw.probe_network_name),
        recorder.resolver_asn,
        None,
        _started(raw, keys),
        raw.test_runtime,
        measured,
        host_of(measured) if measured is not None and not isinstance(raw.input, list) else _only(raw.input),
        control_failure,
        has_control,
        outcome_failure,
        outcome_success,
        probe_verdict(keys),
        origin.source,
        origin.path,
        origin.member,
        origin.line,
        tuple(recorder.steps),
        tuple(recorder.certificates.values()),
        tuple(recorder.bodies.values()),
    )


def content_of(value: object) -> dict[str, Any]:
    """Take a record out of a postcan, ``{"format": "json", "content": {...}}``, where it is in one.

    Raises:
        RecordError: what is left is not an object.

    """
    if isinstance(value, dict) and "content" in value and "format" in value and "test_name" not in value:
        if value["format"] != "json":
            message = "a postcan whose content is not JSON"
            raise RecordError(message)
        value = value["content"]
    if not isinstance(value, dict):
        message = "not a measurement: not a JSON object"
        raise RecordError(message)
    return value


def canonical_id(record: dict[str, Any]) -> str:
    """Hash a record without what an archive adds, so that it has one id wherever it was found.

    The canonical form is MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) in which the keys of each
    map are sorted by their UTF-8 bytes, whole numbers are as short as they can be, and others have 64 bits. It knows no
    whole number beyond 64 bits: a record that has one is hashed as JSON without blanks, with sorted keys.

    Raises:
        RecordError: it is nested too deep.

    """
    own = record.copy()
    for key in ARCHIVE_KEYS.intersection(record):
        del own[key]
    try:
        return hashlib.sha256(_canonical(own)).hexdigest()
    except (ValueError, RecursionError) as error:
        message = f"cannot be written in canonical form: {error}"
        raise RecordError(message) from error


def _canonical(record: dict[str, Any]) -> bytes:
    try:
        return msgspec.msgpack.encode(record, order="deterministic")  # JSON takes 6 us longer
    except OverflowError:
        return msgspec.json.encode(record, order="deterministic")


def _walked(raw: RawMeasurement, keys: dict[str, Any], nettest: str | None, measured: str | None) -> Recorder:
    """Read the steps: first what annotates all of them, then the shared lists, then what only this nettest has."""
    recorder = Recorder()
    recorder.resolver_asn = as_number(raw.resolver_asn)
    steps = raw.test_keys or RawSteps()
    annotate(recorder, keys.get("control"))
    _learn_as_numbers(recorder, steps)
    _learn_hops(recorder, steps, nettest, measured)
    add_steps(recorder, steps, Scope("/test_keys"))
    reader = READERS.get(nettest or "")
    if reader is not None:
        reader(recorder, keys, measured)
    add_late_replies(recorder, keys)
    add_parts(recorder, keys.get("x_parts"))
    return recorder


def _learn_as_numbers(recorder: Recorder, steps: RawSteps) -> None:
    as_numbers, as_names = recorder.as_numbers, recorder.as_names
    for query in steps.queries or ():
        for answer in (query.answers if query is not None else None) or ():
            if answer is None or not answer.asn:
                continue
            written = answer.ipv4 or answer.ipv6 or ""
            if written in as_numbers and (written in as_names or not answer.as_org_name):
                continue  # the same few addresses are answered again and again
            address = canonical_address(written)
            if address is not None:
                as_numbers.setdefault(address, answer.asn)
                if answer.as_org_name:
                    as_names.setdefault(address, answer.as_org_name)


def _learn_hops(recorder: Recorder, steps: RawSteps, nettest: str | None, measured: str | None) -> None:
    """Find the redirect depth of each request, and so of each host: the input's is 0."""
    host = host_of(measured) if measured else None
    if host is not None:
        recorder.host_hops[host] = 0
        if canonical_address(host) is not None:
            recorder.address_hops[host] = 0
    requests = steps.requests or []
    hops = hops_of(requests, measured, is_newest_first=nettest == "web_connectivity")
    for pointer, raw, hop in zip(pointers("/test_keys/requests", requests), requests, hops, strict=False):
        if hop is None or raw is None or raw.request is None or not raw.request.url:
            continue
        recorder.request_hops[pointer] = hop
        requested = host_of(raw.request.url)
        if requested is not None and hop < recorder.host_hops.get(requested, hop + 1):
            recorder.host_hops[requested] = hop


def _control(nettest: str | None, keys: dict[str, Any], recorder: Recorder) -> tuple[bool | None, str | None]:
    """Say whether there is a control result, and why it failed as a whole; for nettests that have a control."""
    if nettest in ("web_connectivity", "quic"):
        return control_outcome(keys)
    if nettest == "sni_blocking":
        control = keys.get("control")
        return isinstance(control, dict), text(control.get("failure")) if isinstance(control, dict) else None
    if nettest in ("http_requests", "http_host"):
        through_tor = any(isinstance(step, HttpRoundTrip) and step.vantage == "control" for step in recorder.steps)
        return through_tor, text(keys.get("control_failure"))
    return None, None


def _started(raw: RawMeasurement, keys: dict[str, Any]) -> float | None:
    """Find the start: the measurement's own, else the epoch of older records, else that of the whole run."""
    for value in (raw.measurement_start_time, raw.start_time, keys.get("start_time"), raw.test_start_time):
        if value is not None and (moment := instant(value)) is not None:
            return moment
    return None


def _asked_of_control(keys: dict[str, Any]) -> str | None:
    """Give the URL that the control was asked to measure too: it is the input of a record that lost its own."""
    asked = keys.get("x_control_request")
    return text(asked.get("http_request")) if isinstance(asked, dict) else None


def _only(value: object) -> str | None:
    """Give the host of a list with one input; several inputs name no single target."""
    return host_of(value[0]) if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else None


def _uid_of_postcan(origin: Origin) -> str | None:
    if _POSTCAN not in (origin.member or origin.path):
        return None
    name = PurePosixPath((origin.member or origin.path).replace("\\", "/")).name
    return name.removesuffix(_POSTCAN) or None if name.endswith(_POSTCAN) else None
