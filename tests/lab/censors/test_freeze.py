from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello
from trigpoint.errors import InputError

NAMED = {"match": {"suffix": [BLOCKED]}}


def test_bytes_of_the_server_pass_and_then_both_ways_stall() -> None:
    filter_ = engine({"behaviour": "freeze", **NAMED, "after_bytes": 2_500})
    talk = Talk(filter_)
    talk.open()
    talk.send(hello(), "hello")
    for _ in range(4):
        talk.receive(b"s" * 1_000)
    talk.ack()
    assert talk.lines[3:] == ["> hello: pass"] + ["< data: pass"] * 3 + ["< data: drop", "> ACK: drop"]
    assert causes(filter_) == [("arm", "tls.freeze"), ("drop", "tls.freeze"), ("drop", "tls.freeze")]
    free = Talk(filter_, port=40_001)
    free.open()
    free.send(hello(FREE))
    assert [free.receive(b"s" * 1_000) for _ in range(4)] == ["pass"] * 4


def test_packets_of_any_flow_where_no_hello_is_asked_for() -> None:
    filter_ = engine(
        {
            "behaviour": "freeze",
            "trigger": "flow",
            "after_bytes": 0,
            "after_packets": 3,
            "counts": "both",
            "match": {"except_ports": [22]},
        }
    )
    talk = Talk(filter_, server_port=9_999)
    assert [*talk.open(), talk.send(b"x"), talk.receive(b"x")] == ["pass", "pass", "pass", "drop", "drop"]
    assert Talk(filter_, server_port=22).open() == ["pass"] * 3


def test_a_limit_must_be_given() -> None:
    with pytest.raises(InputError, match="after_bytes"):
        engine({"behaviour": "freeze", "after_bytes": 0})


def test_a_flow_may_be_counted_only_where_its_syn_was_seen_from_inside() -> None:
    entry = {"trigger": "flow", "after_bytes": 0, "after_packets": 3, "counts": "both", "match": {"needs_syn": True}}
    filter_ = engine({"behaviour": "freeze", **entry})
    seen, half = Talk(filter_), Talk(filter_, port=40_001)
    assert [*seen.open(), seen.send(b"x")] == ["pass"] * 3 + ["drop"]
    assert [half.send(b"x") for _ in range(6)] == ["pass"] * 6
    assert half.engine.events[-1].client_port == 40_000
