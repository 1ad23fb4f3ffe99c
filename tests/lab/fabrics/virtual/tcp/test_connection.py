"""What one end believes, and how it answers."""

from __future__ import annotations

import errno

import dpkt
import pytest
from hypothesis import given
from hypothesis.strategies import binary, booleans, integers, lists, sampled_from, tuples

from tests.lab.fabrics.virtual.talk import A4, B4, Talk
from trigpoint.lab.fabrics.virtual.tcp.connection import Connection, reset
from trigpoint.lab.fabrics.virtual.tcp.core import Ends
from trigpoint.lab.fabrics.virtual.tcp.state import State
from trigpoint.net.packets import ACK, FIN, PSH, RST, SYN, Packet, Segment, parse, tcp

PAGE = b"HTTP/1.1 403 Forbidden\r\n\r\n"


def sent(talk: Talk, count: int = 1) -> tuple[int, int]:
    """Next sequence number of the server, and what the client acknowledges."""
    return talk.server.sender.sent, talk.client.sender.sent


@given(
    up=binary(max_size=6000),
    down=binary(max_size=6000),
    fates=lists(tuples(sampled_from([0, 1, 1, 1, 2]), integers(0, 400)), min_size=1, max_size=40),
    numbers=tuples(integers(0, 0xFFFFFFFF), integers(0xFFFFF000, 0xFFFFFFFF)),
    is_v6=booleans(),
)
def test_loss_reordering_and_duplicates_never_change_the_stream(
    up: bytes, down: bytes, fates: list[tuple[int, int]], numbers: tuple[int, int], *, is_v6: bool
) -> None:
    number = 0

    def way(_: Packet) -> list[float]:
        nonlocal number
        number += 1
        copies, delay = fates[number] if number < len(fates) else (1, 0)
        return [delay / 1000] * copies

    talk = Talk(way, is_v6=is_v6, numbers=numbers).begin().run(200)
    for end, data in ((talk.client, up), (talk.server, down)):
        end.write(data, talk.now)
        end.end(talk.now)
    talk.settle()
    talk.run(400)
    assert (talk.read[False], talk.read[True]) == (up, down)
    assert talk.client.error == talk.server.error == 0
    assert talk.client.state is talk.server.state is State.CLOSED


def test_a_large_transfer_survives_steady_loss_and_uses_fast_retransmit() -> None:
    count = 0

    def way(packet: Packet) -> tuple[float, ...]:
        nonlocal count
        count += packet.end > packet.payload
        return () if packet.end > packet.payload and count % 50 == 0 else (0.0,)

    talk = Talk(way).opened()
    data = bytes(range(256)) * 4000
    start = talk.now
    talk.server.write(data, talk.now)
    talk.settle()
    while len(talk.read[True]) < len(data):
        talk.run(0.1)
    assert talk.read[True] == data
    assert talk.now - start < 10  # timeouts alone would take longer


def test_two_runs_are_the_same_to_the_byte() -> None:
    def packets() -> list[bytes]:
        talk = Talk().opened()
        talk.client.write(b"x" * 9000, talk.now)
        talk.settle()
        return [packet.data for _, _, packet in talk.run(5).sent]

    assert packets() == packets()


def test_the_handshake_says_what_a_second_reader_expects() -> None:
    talk = Talk(numbers=(0xFFFFFFFF, 7)).opened()
    syn, syn_ack, ack = [dpkt.ip.IP(packet.data).data for _, _, packet in talk.sent]
    assert (syn.seq, syn.ack, syn.flags, syn.win) == (0xFFFFFFFF, 0, SYN, 65535)
    assert dict(dpkt.tcp.parse_opts(syn.opts)) == {2: b"\x05\xb4", 1: b"", 3: b"\x07"}
    assert (syn_ack.seq, syn_ack.ack, syn_ack.flags) == (7, 0, SYN | ACK)
    assert (ack.seq, ack.ack, ack.flags, ack.win) == (0, 8, ACK, 4096)


def test_a_reset_with_the_next_sequence_number_is_believed() -> None:
    talk = Talk().opened()
    assert talk.forge(RST, sent(talk)[0]) == []
    assert (talk.client.state, talk.client.error) == (State.CLOSED, errno.ECONNRESET)


@pytest.mark.parametrize("offset", [1, 100, 1460, 60_000])
def test_a_reset_elsewhere_in_the_window_draws_a_challenge(offset: int) -> None:
    talk = Talk().opened()
    (challenge,) = talk.forge(RST, sent(talk)[0] + offset)
    assert (challenge.flags, challenge.acknowledgement) == (ACK, sent(talk)[0])
    assert talk.client.is_open
    assert talk.forge(RST, sent(talk)[0] + offset) == []  # not twice within half a second


@pytest.mark.parametrize("offset", [-1, -5000, 1 << 25, -(1 << 31)])
def test_a_reset_outside_the_window_is_ignored(offset: int) -> None:
    talk = Talk().opened()
    assert talk.forge(RST, sent(talk)[0] + offset) == []
    assert talk.client.is_open


def test_a_syn_in_an_open_connection_draws_a_challenge() -> None:
    talk = Talk().opened()
    (challenge,) = talk.forge(SYN, 77)
    assert challenge.flags == ACK
    assert talk.client.is_open


@pytest.mark.parametrize(("acknowledged", "is_refused"), [(0, True), (1, False), (-1, False)])
def test_a_reset_refuses_a_handshake_only_if_it_acknowledges_the_syn(acknowledged: int, *, is_refused: bool) -> None:
    talk = Talk(lambda _: ()).begin()
    assert talk.forge(RST | ACK, 0, 1001 + acknowledged) == []
    assert talk.client.error == (errno.ECONNREFUSED if is_refused else 0)


def test_a_reset_without_acknowledgement_refuses_nothing() -> None:
    talk = Talk(lambda _: ()).begin()
    assert talk.forge(RST, 0) == []
    assert talk.client.state is State.SYN_SENT


def test_a_syn_ack_for_another_syn_is_answered_by_a_reset() -> None:
    talk = Talk(lambda _: ()).begin()
    (answer,) = talk.forge(SYN | ACK, 500, 9999)
    assert (answer.flags, answer.sequence) == (RST, 9999)
    assert talk.client.state is State.SYN_SENT
    assert talk.forge(ACK, 500, 1001) == []


def test_an_injected_page_is_read_and_the_true_one_comes_too_late() -> None:
    talk = Talk().opened()
    talk.client.write(b"GET", talk.now)
    talk.settle()
    talk.forge(PSH | ACK | FIN, *sent(talk), PAGE)
    talk.run(0.1)
    talk.server.write(b"HTTP/1.1 200 OK\r\n\r\n", talk.now)
    talk.settle()
    talk.run(0.1)
    assert talk.read[True] == PAGE
    assert talk.client.incoming.is_complete


def test_data_that_acknowledges_what_was_never_sent_is_refused() -> None:
    talk = Talk().opened()
    server, client = sent(talk)
    (answer,) = talk.forge(PSH | ACK, server, client + 1, PAGE)
    assert answer.flags == ACK
    assert talk.read[True] == b""
    talk.run(1)
    assert talk.forge(PSH | ACK, server, client - (1 << 24), PAGE)
    assert talk.forge(PSH, server, client, PAGE) == []
    assert talk.read[True] == b""


def test_old_data_is_acknowledged_again() -> None:
    talk = Talk().opened()
    server, client = sent(talk)
    for _ in range(2):
        (answer,) = talk.forge(PSH | ACK, server - 1, client, b"o")
        assert answer.acknowledgement == server


def test_a_handshake_answered_wrongly_is_reset() -> None:
    talk = Talk(lambda packet: () if packet.flags == ACK else (0.0,)).begin().run(0.5)
    server = talk.server
    assert server.state is State.SYN_RECEIVED
    wrong = parse(tcp(A4, B4, Segment(1001, 1, ACK)))
    assert wrong
    server.receive(wrong, talk.now)
    (answer,) = server.take()
    assert (parse(answer) or wrong).flags == RST
    again = parse(tcp(A4, B4, Segment(1000, 0, SYN)))
    assert again
    server.receive(again, talk.now)
    (answer,) = server.take()
    assert (parse(answer) or wrong).flags == SYN | ACK
    gone = parse(tcp(A4, B4, Segment(1001, 0, RST)))
    assert gone
    server.receive(gone, talk.now)
    assert server.state is State.CLOSED
    server.receive(again, talk.now)
    assert server.take() == []


def test_both_may_begin_at_once() -> None:
    talk = Talk()
    talk.server.open(0.0)
    talk.client.open(0.0)
    talk.settle()
    talk.run(3)
    assert talk.client.state is talk.server.state is State.ESTABLISHED


def test_a_peer_without_window_scale_is_written_to_without() -> None:
    client = Connection(Ends(A4, B4, 1))
    client.open(0.0)
    client.take()
    answer = parse(tcp(B4, A4, Segment(100, 2, SYN | ACK, 1000)))
    assert answer
    client.receive(answer, 0.0)
    (packet,) = [parse(data) for data in client.take()]
    assert packet
    assert packet.window == 0xFFFF
    assert client.sender.congestion.segment == 536


@pytest.mark.parametrize("error", [errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ECONNREFUSED])
def test_icmp_ends_a_handshake_but_no_connection(error: int) -> None:
    talk = Talk(lambda _: ()).begin()
    talk.client.unreachable(error, 1002, talk.now)
    assert talk.client.error == 0  # about a segment that was not sent
    talk.client.unreachable(error, 1000, talk.now)
    assert talk.client.error == error
    opened = Talk().opened()
    opened.way = lambda _: ()
    opened.client.write(b"x", opened.now)
    opened.client.unreachable(error, 1001, opened.now)
    assert opened.client.is_open
    opened.settle()
    opened.run(2000)
    assert opened.client.error == error  # it times out, and this is why


def test_segments_that_are_too_big_become_smaller() -> None:
    talk = Talk(lambda packet: (0.0,) if len(packet.data) <= 1280 else ()).opened()
    talk.client.write(bytes(5000), talk.now)
    first = talk.client.sender.una
    talk.settle()
    talk.client.unreachable(errno.EMSGSIZE, first, talk.now, mtu=1280)
    talk.settle()
    talk.run(1)
    assert len(talk.read[False]) == 5000
    talk.client.unreachable(errno.EMSGSIZE, talk.client.sender.una, talk.now, mtu=1400)
    talk.client.unreachable(errno.EMSGSIZE, talk.client.sender.una, talk.now, mtu=0)
    assert talk.client.sender.congestion.segment == 552 - 40


@given(
    lists(
        tuples(integers(0, 63), integers(-3, 3), integers(-3, 3), binary(max_size=5), integers(0, 65535)), max_size=12
    )
)
def test_no_segment_breaks_a_connection_in_any_state(
    segments: list[tuple[int, int, int, bytes, int]],
) -> None:
    talk = Talk().begin()
    for number, (flags, sequence, acknowledgement, payload, window) in enumerate(segments):
        ends = talk.client.sender.sent + acknowledgement
        talk.forge(flags, talk.server.sender.sent + sequence, ends, payload, window)
        talk.run(0.05)
        if number == 4:
            talk.client.close(talk.now)
    talk.run(2000)
    assert talk.client.state is State.CLOSED or talk.client.is_open


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (Segment(10, 0, SYN), (0, 11, RST | ACK)),
        (Segment(10, 0, FIN, payload=b"abc"), (0, 14, RST | ACK)),
        (Segment(10, 99, ACK), (99, 0, RST)),
    ],
)
def test_a_segment_of_no_connection_gets_a_reset_that_its_sender_believes(
    segment: Segment, expected: tuple[int, int, int]
) -> None:
    packet = parse(tcp(A4, B4, segment))
    assert packet
    answer = parse(reset(packet))
    assert answer
    assert (answer.sequence, answer.acknowledgement, answer.flags) == expected
    assert (answer.source, answer.target_port) == (B4[0], A4[1])
