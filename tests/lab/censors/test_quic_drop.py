from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, initial

NAMED = {"match": {"suffix": [BLOCKED]}}


@pytest.mark.parametrize("version", [4, 6])
def test_the_name_in_the_initial_packet_decides(version: int) -> None:
    filter_ = engine({"behaviour": "quic_drop", **NAMED})
    listed, free = Talk(filter_, version), Talk(filter_, version, port=40_001)
    assert [listed.ask(initial()), listed.answer(), listed.ask(b"\x40more")] == ["drop"] * 3
    assert [free.ask(initial(FREE)), free.answer()] == ["pass", "pass"]
    assert causes(filter_) == [("drop", "quic.timeout.sni")] * 3
    assert filter_.events[0].name == BLOCKED


def test_only_the_tuple_is_blocked_and_the_trigger_passes() -> None:
    residual = {"seconds": 180, "action": "drop-out"}
    match = {"suffix": [BLOCKED], "source_port_above_target": True, "first_packet_only": True}
    filter_ = engine(
        {"behaviour": "quic_drop", "match": match, "drops_trigger": False, "way": "out", "residual": residual}
    )
    talk = Talk(filter_)
    talk.ask(initial(), "initial")
    later = Talk(filter_, port=40_001)
    for now in (10.0, 179.0, 181.0):
        later.now = now
        later.ask(initial(FREE))
        later.answer()
    assert talk.lines == ["> initial: pass"]
    assert later.lines == ["> datagram: drop", "< datagram: pass"] * 2 + ["> datagram: pass", "< datagram: pass"]


def test_some_heuristics_let_a_hello_go_unseen() -> None:
    match = {"suffix": [BLOCKED], "source_port_above_target": True, "first_packet_only": True}
    filter_ = engine({"behaviour": "quic_drop", "match": match})
    assert Talk(filter_, port=443).ask(initial()) == "pass"
    second = Talk(filter_)
    assert [second.ask(b"something else"), second.ask(initial())] == ["pass", "pass"]


def test_version_and_size() -> None:
    by_version = engine({"behaviour": "quic_drop", "match": {"by": "version", "min_bytes": 1_001}})
    assert Talk(by_version).ask(b"\xc0\x00\x00\x00\x01" + bytes(1_000)) == "drop"
    assert Talk(by_version, port=40_001).ask(b"\xc0\x00\x00\x00\x01" + bytes(900)) == "pass"
    assert Talk(by_version, port=40_002).ask(b"\xc0\xff\x00\x00\x1d" + bytes(1_000)) == "pass"
    assert Talk(by_version, port=40_003).ask(b"\x40" + bytes(1_100)) == "pass"
    by_size = engine({"behaviour": "quic_drop", "match": {"by": "size", "min_bytes": 1_001}})
    assert Talk(by_size).ask(bytes(1_001)) == "drop"
    assert [act for act, _ in causes(by_version) + causes(by_size)] == ["drop", "drop"]
    assert [cause for _, cause in causes(by_version) + causes(by_size)] == ["quic.timeout.version", "quic.timeout.size"]


def test_any_name() -> None:
    filter_ = engine({"behaviour": "quic_drop", "match": {"crypto_reassembly": "full"}})
    talk = Talk(filter_)
    assert [talk.ask(b"noise"), talk.ask(initial(FREE))] == ["pass", "drop"]
    assert causes(filter_) == [("drop", "quic.timeout")]


def test_the_hour_of_day_changes_how_often_it_fires() -> None:
    filter_ = engine({"behaviour": "quic_drop", **NAMED, "schedule": {"diurnal": [1.0, 0.0]}})
    night, day = Talk(filter_), Talk(filter_, port=40_001)
    day.now = 50_000.0
    assert [night.ask(initial()), day.ask(initial())] == ["drop", "pass"]
