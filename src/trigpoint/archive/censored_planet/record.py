"""What records of all of Censored Planet's tools have in common: vantage, place, time, run, and the tool's verdict."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from trigpoint.archive.ooni.decode import decode_json
from trigpoint.archive.ooni.measurement import canonical_id
from trigpoint.archive.ooni.values import country, instant, text
from trigpoint.errors import RecordError
from trigpoint.net.names import canonical_address, host_of
from trigpoint.reference.countries import code_of_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trigpoint.archive.format import Origin
    from trigpoint.archive.ooni.recorder import Recorder

BESIDE = "beside"
"""Key under which stands what other files of a scan say of a record: not the record's own."""

_VERDICTS = (
    "anomaly",
    "Blocked",
    "confidence",
    "controls_failed",
    "ControlsFailed",
    "exclude_reason",
    "excluded",
    "FailSanity",
    "passed",
    "stateful_block",
    "StatefulBlock",
)
"""What the tools conclude. ``passed_control``, ``passed_liveness`` and ``in_control_group`` are no verdicts: they say
which questions were answered."""

_SCAN = re.compile(r"CP_\w+(?:-[a-z]+)?-(\d{4}-\d\d-\d\d)(-\d\d-\d\d-\d\d)?")
_GO_TIME = re.compile(r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d):?(\d\d)\b")


def object_of(record: bytes) -> dict[str, Any]:
    """Decode one record.

    Raises:
        RecordError: it is not JSON, or not an object.

    """
    value = decode_json(record)
    if not isinstance(value, dict):
        message = "not a measurement: not a JSON object"
        raise RecordError(message)
    return value


def identity(value: dict[str, Any]) -> str:
    """Hash a record without what stands beside it, so that it has one id with and without its scan."""
    return canonical_id({key: inner for key, inner in value.items() if key != BESIDE})


def first(value: dict[str, Any], *keys: str) -> Any:  # noqa: ANN401 - hostile JSON
    """Give the value of the first of several spellings of a key that is there."""
    return next((value[key] for key in keys if value.get(key) is not None), None)


def objects(listed: object) -> Iterable[tuple[int, dict[str, Any]]]:
    """Give the objects in a list with their positions; anything else in it is passed over."""
    items = listed if isinstance(listed, list) else ()
    return ((number, item) for number, item in enumerate(items) if isinstance(item, dict))


def vantage(value: dict[str, Any], *keys: str) -> str:
    """Give the address of the server or resolver that was asked.

    Raises:
        RecordError: the record names none.

    """
    written = first(value, *keys)
    address = canonical_address(written) if isinstance(written, str) else None
    if address is None:
        message = "not a measurement: no address of a vantage point"
        raise RecordError(message)
    return address


def place(value: dict[str, Any]) -> str | None:
    """Give the country of the vantage point: the record's own, else what the scan's list of resolvers says."""
    beside = value.get(BESIDE)
    for source in (value, beside if isinstance(beside, dict) else {}):
        location = source.get("location")
        code = location.get("country_code") if isinstance(location, dict) else None
        if isinstance(code, str) and country(code):
            return country(code)
        name = source.get("country")  # version 1 names it
        if isinstance(name, str) and (found := code_of_name(name)):
            return found
    return None


def moment(value: object) -> float | None:
    """Read a time: ISO 8601, or as Go prints one.

    >>> moment("2021-04-18 14:49:01.5 -0400 EDT m=+10.5") == moment("2021-04-18T18:49:01.5Z")
    True
    """
    if isinstance(value, str) and (found := _GO_TIME.match(value)):
        value = f"{found[1]}T{found[2]}{found[3]}:{found[4]}"
    return instant(value)


def scan_start(origin: Origin) -> float | None:
    """Give the time in the published name of the scan, which is all that version 1 of Satellite tells of time.

    >>> from trigpoint.archive.format import Origin
    >>> scan_start(Origin(source="", path="CP_Satellite-2018-08-03-12-00-01/interference.json"))
    1533297601.0
    """
    found = _SCAN.search(origin.member or "") or _SCAN.search(origin.path)
    if found is None:
        return None
    time = (found[2] or "-00-00-00").removeprefix("-").replace("-", ":")
    return instant(f"{found[1]}T{time}Z")


def run(value: dict[str, Any], origin: Origin, address: str) -> str:
    """Name the run: one vantage point in one scan. Where nothing names the scan, all of a vantage point are one run."""
    published = _SCAN.search(origin.member or "") or _SCAN.search(origin.path)
    scan = published.group() if published else text(value.get("tag"))
    return f"{scan} {address}" if scan else address


def since(time: float | None, begun: float | None) -> float | None:
    """Give the seconds from the begin of a measurement. None: one of both is unknown."""
    return None if time is None or begun is None else round(time - begun, 6)


def common(  # noqa: PLR0913 - what a measurement is made of
    value: dict[str, Any],
    origin: Origin,
    recorder: Recorder,
    *,
    address: str,
    asked: str,
    begun: float | None,
    ended: float | None,
) -> dict[str, Any]:
    """Give the fields of a measurement that every tool fills alike.

    Args:
        value: the record.
        origin: where it stands.
        recorder: what was read of it.
        address: of the vantage point.
        asked: the name in question, perhaps with a path.
        begun: when it began, in seconds since 1970-01-01 UTC. None: not known.
        ended: likewise.

    """
    return {
        "id": identity(value),
        "report_id": run(value, origin, address),
        "probe_cc": place(value),
        "vantage_address": address,
        "started_at": begun,
        "runtime_seconds": max(ended - begun, 0) if begun is not None and ended is not None else None,
        "input": asked,
        "target": host_of(asked),
        "source": origin.source,
        "path": origin.path,
        "member": origin.member,
        "line": origin.line,
        "steps": tuple(recorder.steps),
        "certificates": tuple(recorder.certificates.values()),
        "bodies": tuple(recorder.bodies.values()),
    }


def verdict(value: dict[str, Any], listed: object = ()) -> str | None:
    """Gather the tool's conclusions as JSON text with sorted keys. None: it drew none."""
    found = {key: value[key] for key in _VERDICTS if key in value}
    found |= {
        f"response/{number}/matches_template": item["matches_template"]
        for number, item in objects(listed)
        if "matches_template" in item
    }
    return msgspec.json.encode(found, order="deterministic").decode() if found else None
