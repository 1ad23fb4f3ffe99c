from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello
from trigpoint.errors import InputError

NAMED = {"suffix": [BLOCKED]}


def opened(filter_: object, **how: object) -> Talk:
    talk = Talk(filter_, **how)  # type: ignore[arg-type]
    talk.open()
    return talk


@pytest.mark.parametrize("version", [4, 6])
def test_both_ends_get_a_reset_that_they_must_believe(version: int) -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": NAMED})
    talk = opened(filter_, version=version)
    assert talk.send(hello()) == "pass, client gets RST+ACK, server gets RST+ACK"
    to_client, to_server = talk.injected()
    assert (to_client.sequence, to_client.acknowledgement) == (5_001, 1_001 + len(hello()))
    assert (to_server.sequence, to_server.acknowledgement) == (1_001 + len(hello()), 5_001)
    assert causes(filter_) == [("reset", "tls.reset.sni")]
    assert (filter_.events[0].rule, filter_.events[0].name) == (f"suffix {BLOCKED}", BLOCKED)
    assert opened(filter_, version=version, port=40_001).send(hello(FREE)) == "pass"


def test_a_second_hello_of_another_flow_is_reset_like_the_first() -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": NAMED})
    for port in range(40_000, 40_005):
        assert "RST" in opened(filter_, port=port).send(hello())


def test_three_types_of_injector_and_each_flow_draws_one() -> None:
    prints = [
        {
            "weight": 42,
            "to": "client",
            "flags": "rst",
            "dont_fragment": False,
            "ttl": {"rule": "random", "low": 55, "high": 118},
            "ttl_at": "receiver",
        },
        {"weight": 56, "to": "client", "count": 3, "ip_id": {"rule": "random", "low": 0xA3, "high": 0xFE5F}},
        {
            "weight": 2,
            "to": "client",
            "ip_id": {"rule": "random", "low": 0x9916, "high": 0x9933},
            "ttl": 248,
            "ttl_at": "receiver",
        },
    ]
    filter_ = engine({"behaviour": "tls_reset", "match": NAMED, "prints": prints, "placement": {"hop": 5}}, hops=9)
    kinds = {1: 0, 3: 0}
    for port in range(40_000, 40_200):
        talk = opened(filter_, port=port)
        talk.send(hello())
        packets = talk.injected()
        kinds[len(packets)] += 1
        if len(packets) == 1 and packets[0].flags == 4:
            assert 60 <= packets[0].ttl <= 123
            assert packets[0].acknowledgement == 0
        elif len(packets) == 1:
            assert packets[0].ttl == 253
    assert kinds[1] > 50
    assert kinds[3] > 70


def test_offsets_and_increments_of_a_burst() -> None:
    look = {
        "to": "client",
        "count": 3,
        "sequence_offsets": [0, 1460, 4380],
        "window": {"rule": "increment", "low": 100},
        "ttl": {"rule": "increment", "low": 50},
    }
    talk = opened(engine({"behaviour": "tls_reset", "match": NAMED, "prints": [look]}))
    talk.send(hello())
    packets = talk.injected()
    assert [packet.sequence - 5_001 for packet in packets] == [0, 1460, 4380]
    assert [packet.window for packet in packets] == [100, 101, 102]
    assert [packet.ttl for packet in packets] == [50, 51, 52]


def test_a_stateless_box_sees_only_whole_hellos_in_segments_without_options() -> None:
    match = {**NAMED, "tcp_reassembly": "none", "record_reassembly": False, "header_length_20": True}
    look = {"to": "client", "payload": "01020304050607080900", "ip_id": 1, "dont_fragment": False}
    filter_ = engine({"behaviour": "tls_reset", "match": match, "prints": [look]})
    assert Talk(filter_).send(hello()) == "pass, client gets RST+ACK 10"
    assert Talk(filter_, port=40_001).send(hello(), options=b"\x01" * 12) == "pass"
    split = Talk(filter_, port=40_002)
    assert [split.send(hello()[:100]), split.send(hello()[100:])] == ["pass", "pass"]


@given(cut=st.integers(1, len(hello()) - 1))
def test_a_hello_in_two_segments_is_put_together(cut: int) -> None:
    talk = opened(engine({"behaviour": "tls_reset", "match": NAMED}))
    assert talk.send(hello()[:cut]) == "pass"
    assert "RST" in talk.send(hello()[cut:])


@pytest.mark.parametrize(("how", "hits"), [("in_order", False), ("full", True)])
def test_segments_in_the_wrong_order(how: str, hits: bool) -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": {**NAMED, "tcp_reassembly": how}})
    talk = opened(filter_)
    talk.sequence += 100
    talk.send(hello()[100:])
    talk.sequence = 1_001
    assert ("RST" in talk.send(hello()[:100])) == hits


def test_needs_a_syn_that_was_seen() -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": {**NAMED, "needs_syn": True}})
    assert Talk(filter_).send(hello()) == "pass"
    assert "RST" in opened(filter_, port=40_001).send(hello())


def test_needs_an_answer_to_the_syn() -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": {**NAMED, "needs_synack": True}})
    talk = Talk(filter_)
    talk.syn()
    assert talk.send(hello()) == "pass"
    assert "RST" in opened(filter_, port=40_001).send(hello())


def test_only_the_first_packets_are_inspected() -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": {**NAMED, "max_packets_inspected": 2}})
    for pieces, hits in ((2, True), (3, False)):
        talk = opened(filter_, port=40_000 + pieces)
        for piece in range(pieces - 1):
            talk.send(hello()[piece : piece + 1])
        assert ("RST" in talk.send(hello()[pieces - 1 :])) == hits


def test_a_wrong_checksum_is_passed_over_where_it_is_checked() -> None:
    for checked in (True, False):
        talk = opened(engine({"behaviour": "tls_reset", "match": {**NAMED, "checksum_checked": checked}}))
        data = bytearray(talk.packet(outward=True, flags=24, payload=hello()))
        data[36] ^= 0xFF
        assert ("RST" in talk.show(bytes(data), "hello", outward=True)) != checked


def test_hellos_without_a_name() -> None:
    assert opened(engine({"behaviour": "tls_reset", "match": NAMED})).send(hello(None)) == "pass"
    assert "RST" in opened(engine({"behaviour": "tls_reset", "match": {**NAMED, "without_name": "hit"}})).send(
        hello(None)
    )
    every = engine({"behaviour": "tls_reset"})
    assert "RST" in opened(every).send(hello(None))
    assert causes(every) == [("reset", "tls.reset")]


def test_exempt_names() -> None:
    match = {**NAMED, "except_names": ["www." + BLOCKED]}
    filter_ = engine({"behaviour": "tls_reset", "match": match})
    assert opened(filter_).send(hello("www." + BLOCKED)) == "pass"
    assert "RST" in opened(filter_, port=40_001).send(hello())


def test_from_outside_in() -> None:
    for direction, hits in (("out", False), ("both", True)):
        talk = Talk(engine({"behaviour": "tls_reset", "match": NAMED, "placement": {"direction": direction}}))
        assert ("RST" in talk.receive(hello(), "hello of a client outside")) == hits


def test_in_the_path_the_hello_is_kept_back() -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": NAMED, "placement": {"path": "in"}, "drops_trigger": True})
    talk = opened(filter_)
    talk.send(hello(), "hello")
    talk.receive(b"s")
    assert talk.lines[3:] == ["> hello: drop, client gets RST+ACK, server gets RST+ACK", "< data: drop"]
    assert talk.injected(3)[1].sequence == 1_001
    with pytest.raises(InputError, match="drops_trigger"):
        engine({"behaviour": "tls_reset", "drops_trigger": True})


def test_another_name_at_the_same_server_suffers_for_a_while_and_then_no_more() -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": NAMED, "residual": {"seconds": 60}})
    opened(filter_).send(hello())
    seen = []
    for now in (1.0, 59.9, 60.1):
        talk = Talk(filter_, port=41_000 + int(now))
        talk.now = now
        talk.open()
        seen.append(talk.send(hello(FREE)))
    assert seen == ["pass, client gets RST+ACK, server gets RST+ACK"] * 2 + ["pass"]
    assert causes(filter_) == [("reset", "tls.reset.sni"), ("reset", "self.residual"), ("reset", "self.residual")]
    elsewhere = Talk(filter_, server="203.0.113.10")
    elsewhere.open()
    assert elsewhere.send(hello(FREE)) == "pass"


def test_a_probe_with_too_small_a_ttl_does_not_reach_it() -> None:
    filter_ = engine({"behaviour": "tls_reset", "match": NAMED, "placement": {"hop": 3}}, hops=6)
    seen = []
    for ttl in (2, 3, 4, 64):
        talk = opened(filter_, port=40_000 + ttl)
        talk.ttl = ttl
        seen.append("RST" in talk.send(hello()))
    assert seen == [False, False, True, True]
