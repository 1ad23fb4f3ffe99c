"""What is gathered while a record is walked."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest

from tests.archive.shapes import b64, event
from trigpoint.archive.ooni.raw import RawEvent, Timed
from trigpoint.archive.ooni.recorder import (
    BODY_BYTES,
    NO_TRAFFIC,
    Events,
    Recorder,
    Traffic,
    pointers,
    tags_of,
    transaction_of,
)


@pytest.mark.parametrize(
    ("raw", "mark", "expected"),
    [
        (["depth=1", "classic"], "", ("classic depth=1", 1)),
        (["depth=1"], "arm=target ttl=3", ("arm=target depth=1 ttl=3", 1)),
        (["a b", "a"], "", ("a a_b", None)),
        (["xdepth=1", "depth=x"], "", ("depth=x xdepth=1", None)),
        ([], "", (None, None)),
        (None, "arm=x", ("arm=x", None)),
        ([5, "a", None], "", ("a", None)),
        (5, "", (None, None)),
        ({"a": 1}, "", ("a", None)),
        (["x" * 5000], "", ("x" * 1000, None)),
    ],
)
def test_tags_are_sorted_and_name_the_depth(raw: object, mark: str, expected: tuple[str | None, int | None]) -> None:
    assert tags_of(raw, mark) == expected


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"transaction_id": 3, "conn_id": 4}, 3),
        ({"conn_id": 4}, 4),
        ({"conn_id": 0}, None),
        ({"transaction_id": 0}, 0),
        ({}, None),
    ],
)
def test_a_connection_has_a_number(fields: dict[str, int], number: int | None) -> None:
    assert transaction_of(Timed(**fields)) == number


def during(events: list[dict[str, Any] | None], **handshake: object) -> Traffic:
    raw = [None if item is None else msgspec.convert(item, RawEvent) for item in events]
    return Events(raw).during(Timed(**{"t0": 1.0, "t": 2.0, "transaction_id": 2} | handshake), "198.51.100.7:443")


EVENTS = [
    event("write", 0.9, num_bytes=1000),
    event("connect", 0.9),
    event("write", 1.1, num_bytes=300),
    event("read", 1.2, num_bytes=40),
    event("read", 1.3, num_bytes=60),
    event("read", 1.4, num_bytes=500, transaction_id=3),
    event("read", 1.5, failure="connection_reset"),
    event("read", 2.1, num_bytes=1000),
    None,
    {"operation": "read"},
]


def test_traffic_is_what_was_moved_between_start_and_end_of_the_connection() -> None:
    assert during(EVENTS) == Traffic(2, 100, 300, "read_2")


def test_the_last_operation_is_numbered_by_kind() -> None:
    assert during(EVENTS[:3]) == Traffic(0, 0, 300, "write_1")
    assert during([event("read_from", 1.1, num_bytes=5), event("write_to", 1.2)]) == Traffic(1, 5, 0, "write_1")


def test_without_a_number_address_and_time_tell() -> None:
    unnumbered = [None if item is None else item | {"transaction_id": None} for item in EVENTS]
    assert during(unnumbered) == Traffic(3, 600, 300, "read_3")
    other = [event("read", 1.2, num_bytes=1, transaction_id=None, address="192.0.2.1:443")]
    assert during(other) == NO_TRAFFIC


def test_the_older_number_joins_too() -> None:
    old = [{"operation": "read", "t": 1.2, "num_bytes": 9, "conn_id": 5}]
    assert during(old, transaction_id=None, conn_id=5) == Traffic(1, 9, 0, "read_1")


def test_a_handshake_without_a_start_began_at_its_event() -> None:
    events = [event("write", 1.0, num_bytes=7), event("tls_handshake_start", 1.05), *EVENTS[2:5]]
    assert during(events, t0=None) == Traffic(2, 100, 300, "read_2")
    assert during(EVENTS[2:5], t0=None) == Traffic(2, 100, 300, "read_2")


def test_nothing_recorded_is_not_nothing_moved() -> None:
    assert during([]) == NO_TRAFFIC
    assert during(EVENTS, transaction_id=9) == NO_TRAFFIC or during(EVENTS, transaction_id=9).read_count is None
    assert during(EVENTS, t=None) == NO_TRAFFIC
    assert during([event("connect", 0.5)]) == Traffic(0, 0, 0, None)


def test_certificates_are_kept_once_leaf_first_however_they_are_written() -> None:
    recorder = Recorder()
    leaf, issuer = (hashlib.sha256(name).hexdigest() for name in (b"leaf", b"issuer"))
    assert recorder.chain([b64(b"leaf"), b64(b"issuer")["data"]]) == f"{leaf} {issuer}"
    assert recorder.chain([b64(b"leaf"), None, 5, {"data": "%"}, {}]) == leaf
    assert list(recorder.certificates) == [leaf, issuer]
    assert recorder.chain(None) is None
    assert recorder.chain([None]) is None


def test_a_body_is_kept_once_with_its_first_part() -> None:
    recorder = Recorder()
    content = bytes(range(256)) * 300
    sha256 = recorder.body(content)
    assert recorder.body(content) == sha256 == hashlib.sha256(content).hexdigest()
    (body,) = recorder.bodies.values()
    assert (body.body_bytes, body.content) == (len(content), content[:BODY_BYTES])
    assert recorder.body(b"") == hashlib.sha256(b"").hexdigest()


def test_pointers_of_short_lists_are_shared_and_those_of_long_ones_made() -> None:
    first, second = pointers("/shared", [None]), pointers("/shared", [None] * 3)
    assert first is second
    assert list(second) == ["/shared/0", "/shared/1", "/shared/2"]
    assert list(pointers("/shared", [None] * 1_000)) == [f"/shared/{number}" for number in range(1_000)]
    assert len(list(pointers("/shared", []))) == 3  # a long list is not remembered
