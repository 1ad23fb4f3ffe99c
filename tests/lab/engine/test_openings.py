from __future__ import annotations

import pytest

from tests.lab.talks import Talk, engine

PREFIX = {"behaviour": "active_probe", "trigger": "prefix", "prefix": "6f70656e"}


@pytest.mark.parametrize(
    ("payloads", "hits"),
    [([b"opening"], True), ([b"other"], False), ([b"other", b"opening"], False), ([b"ope", b"n"], False)],
)
def test_only_the_first_payload_counts_and_it_is_looked_at_by_itself(payloads: list[bytes], hits: bool) -> None:
    filter_ = engine(PREFIX)
    talk = Talk(filter_)
    talk.open()
    for payload in payloads:
        talk.send(payload)
    assert bool(filter_.events) == hits


def test_packets_that_may_not_be_inspected_are_passed_over() -> None:
    filter_ = engine({**PREFIX, "match": {"header_length_20": True}})
    Talk(filter_).send(b"opening", options=b"\x01\x01\x01\x00")
    assert not filter_.events
    Talk(filter_, port=40_001).send(b"opening")
    assert len(filter_.events) == 1
