from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tests.lab.talks import BLOCKED, CLIENTS, SERVERS, Talk, engine, hello, request, stream_query
from trigpoint.lab.engine.readings import Assembler
from trigpoint.net.packets import ACK, SEQUENCE_MASK, Packet, Segment, address_bytes, parse, tcp

ENDS = (address_bytes(CLIENTS[4]), 1), (address_bytes(SERVERS[4]), 2)


def segment(sequence: int, payload: bytes) -> Packet:
    packet = parse(tcp(*ENDS, Segment(sequence, 0, ACK, payload=payload)))
    assert packet is not None
    return packet


@given(st.binary(min_size=1, max_size=60), st.integers(0, SEQUENCE_MASK), st.data())
def test_segments_in_any_order_again_and_overlapping_give_the_stream(
    stream: bytes, first: int, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=5)) | {0, len(stream)})
    parts = [(start, stream[start : end + data.draw(st.integers(0, 3))]) for start, end in itertools.pairwise(cuts)]
    shuffled = data.draw(st.permutations(parts + parts[:2]))
    assembler = Assembler(first, holds=True)
    read = b"".join(assembler.feed(segment(first + 1 + start, part)) for start, part in shuffled)
    assert read == stream


def test_without_holding_what_comes_early_is_lost() -> None:
    assembler = Assembler(0, holds=False)
    assert [
        assembler.feed(segment(3, b"cd")),
        assembler.feed(segment(1, b"ab")),
        assembler.feed(segment(5, b"ef")),
    ] == [b"", b"ab", b""]


def test_a_stream_may_begin_in_the_middle() -> None:
    assembler = Assembler(None, holds=True)
    assert [assembler.feed(segment(900, b"ab")), assembler.feed(segment(902, b"cd"))] == [b"ab", b"cd"]


def test_what_a_syn_carries_is_read() -> None:
    talk = Talk(engine({"behaviour": "tls_reset", "match": {"suffix": [BLOCKED]}}))
    data = talk.packet(outward=True, flags=2, payload=hello()[:90])
    assert talk.show(data, "SYN with data", outward=True) == "pass"
    talk.sequence += 91
    assert "RST" in talk.send(hello()[90:])


def test_only_so_many_segments_wait() -> None:
    assembler = Assembler(0, holds=True)
    for number in range(40):
        assembler.feed(segment(3 + number, b"x"))
    assert len(assembler.feed(segment(1, b"ab"))) == 2 + 16


def test_a_second_request_on_a_connection_is_read_too() -> None:
    talk = Talk(engine({"behaviour": "http_reset", "match": {"suffix": [BLOCKED]}}), server_port=80)
    talk.open()
    for host in ("a.example", "b.example"):
        assert talk.send(request(host)) == "pass"
    assert "RST" in talk.send(request())


def test_a_segment_that_comes_again_is_not_read_again() -> None:
    for port, payload in ((80, request()), (443, hello())):
        names = ({"behaviour": name, "match": {"suffix": [BLOCKED]}} for name in ("http_reset", "tls_reset"))
        talk = Talk(engine(*names), server_port=port)
        talk.open()
        assert talk.send(payload[:20]) == "pass"
        talk.sequence -= 20
        assert talk.send(payload[:20]) == "pass"
        assert "RST" in talk.send(payload[20:])


def test_a_flow_that_is_something_else_is_given_up() -> None:
    entries = ({"behaviour": name, "match": {"suffix": [BLOCKED]}} for name in ("http_reset", "tls_reset", "tls_drop"))
    talk = Talk(engine(*entries))
    talk.open()
    for payload in (b"SSH-2.0-x\r\n", b"more", request(), hello()):
        assert talk.send(payload) == "pass"


def test_each_segment_by_itself() -> None:
    match = {"suffix": [BLOCKED], "tcp_reassembly": "none"}
    talk = Talk(engine({"behaviour": "http_reset", "match": match}), server_port=80)
    assert [talk.send(b"noise"), talk.send(request()[:5]), talk.send(request()[5:])] == ["pass"] * 3
    assert "RST" in talk.send(request())
    dns = Talk(engine({"behaviour": "dns_reset", "match": match}), server_port=53)
    assert "RST" in dns.send(stream_query())


def test_dns_over_tcp_is_read_only_so_far() -> None:
    talk = Talk(engine({"behaviour": "dns_reset", "match": {"suffix": [BLOCKED]}}), server_port=53)
    talk.open()
    for _ in range(70):
        talk.send(b"\x00\x01x" * 330)
    assert talk.send(stream_query()) == "pass"


def test_two_censors_that_read_alike_read_once_and_both_act() -> None:
    entries = (
        {"behaviour": "tls_reset", "match": {"suffix": [BLOCKED]}, "prints": [{"to": "client"}]} for _ in range(2)
    )
    talk = Talk(engine(*entries))
    talk.open()
    talk.send(hello()[:50])
    assert talk.send(hello()[50:]) == "pass, client gets RST+ACK, client gets RST+ACK"


def test_segments_may_be_put_together_for_a_share_of_flows_only() -> None:
    filter_ = engine({"behaviour": "tls_drop", "match": {"suffix": [BLOCKED], "reassembly_share": 0.5}})
    found = []
    for port in range(40_000, 40_060):
        talk = Talk(filter_, port=port)
        talk.open()
        found.append([talk.send(hello()[:60]), talk.send(hello()[60:])])
        whole = Talk(filter_, port=port + 1_000)
        whole.open()
        assert whole.send(hello()) == "drop"
    assert 10 < found.count(["pass", "drop"]) < 50
    assert found.count(["pass", "drop"]) + found.count(["pass", "pass"]) == 60
