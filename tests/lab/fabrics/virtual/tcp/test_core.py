"""Timers and calls of one end; time is an argument."""

from __future__ import annotations

import errno

import pytest

from tests.lab.fabrics.virtual.talk import Talk
from trigpoint.lab.fabrics.virtual.tcp.core import FIN_WAIT_SECONDS, TIME_WAIT_SECONDS
from trigpoint.lab.fabrics.virtual.tcp.reassembly import CAPACITY
from trigpoint.lab.fabrics.virtual.tcp.state import State
from trigpoint.net.packets import ACK, FIN, RST, SYN, Packet


def lost(_: Packet) -> tuple[float, ...]:
    return ()


def flags(talk: Talk, *, client: bool = True) -> list[int]:
    return [packet.flags for _, is_client, packet in talk.sent if is_client is client]


def test_an_unanswered_syn_is_repeated_and_given_up_after_127_seconds() -> None:
    talk = Talk(lost).begin().run(126)
    assert [at for at, _, _ in talk.sent] == [0, 1, 3, 7, 15, 31, 63]
    assert talk.client.state is State.SYN_SENT
    talk.run(2)
    assert (talk.client.state, talk.client.error, talk.client.deadline) == (State.CLOSED, errno.ETIMEDOUT, None)


def test_an_answer_that_gets_lost_is_repeated_five_times() -> None:
    talk = Talk(lambda packet: () if packet.flags & ACK else (0.0,)).begin().run(0.5)
    talk.way = lost
    talk.run(200)
    assert [round(at, 2) for at, is_client, _ in talk.sent if not is_client] == [0.01, 1.01, 3.01, 7.01, 15.01, 31.01]
    assert talk.server.state is State.CLOSED


def test_data_that_never_arrives_fails_after_fifteen_attempts() -> None:
    talk = Talk().opened()
    talk.way = lost
    talk.sent.clear()
    talk.client.write(b"x", talk.now)
    talk.settle()
    talk.run(2000)
    assert len(talk.sent) == 16
    assert talk.client.error == errno.ETIMEDOUT


def test_what_a_program_left_behind_is_given_up_sooner() -> None:
    talk = Talk().opened()
    talk.way = lost
    talk.sent.clear()
    talk.client.write(b"x", talk.now)
    talk.client.close(talk.now)
    talk.settle()
    talk.run(2000)
    assert len(talk.sent) == 2 + 8
    assert talk.client.state is State.CLOSED


def test_both_close_and_only_who_closed_first_waits() -> None:
    talk = Talk().opened()
    talk.client.close(talk.now)
    talk.settle()
    talk.run(0.1)
    assert (talk.client.state, talk.server.state) == (State.FIN_WAIT_2, State.CLOSE_WAIT)
    talk.server.close(talk.now)
    talk.settle()
    talk.run(0.1)
    assert (talk.client.state, talk.server.state) == (State.TIME_WAIT, State.CLOSED)
    talk.run(TIME_WAIT_SECONDS)
    assert talk.client.state is State.CLOSED
    assert talk.client.error == talk.server.error == 0


def test_both_may_close_at_once() -> None:
    talk = Talk().opened()
    for end in (talk.client, talk.server):
        end.close(talk.now)
    talk.settle()
    talk.run(0.015)
    assert talk.client.state is State.CLOSING
    talk.run(TIME_WAIT_SECONDS + 1)
    assert talk.client.state is talk.server.state is State.CLOSED


def test_a_half_closed_connection_still_brings_data() -> None:
    talk = Talk().opened()
    talk.client.write(b"ask", talk.now)
    talk.client.end(talk.now)
    talk.settle()
    talk.run(0.1)
    assert (talk.server.incoming.is_complete, talk.read[False]) == (True, b"ask")
    talk.server.write(b"answer", talk.now)
    talk.server.end(talk.now)
    talk.settle()
    talk.run(0.1)
    assert (talk.client.incoming.is_complete, talk.read[True]) == (True, b"answer")


def test_a_peer_that_never_closes_is_waited_for_a_minute() -> None:
    talk = Talk().opened()
    talk.client.end(talk.now)
    talk.settle()
    talk.run(0.1)
    talk.client.close(talk.now)
    talk.run(FIN_WAIT_SECONDS - 1)
    assert talk.client.state is State.FIN_WAIT_2
    talk.run(2)
    assert talk.client.state is State.CLOSED


def test_closing_with_something_unread_is_a_reset() -> None:
    talk = Talk().opened()
    talk.reads = False
    talk.server.write(b"x", talk.now)
    talk.settle()
    talk.run(0.1)
    talk.client.close(talk.now)
    talk.settle()
    talk.run(0.1)
    assert flags(talk)[-1] == RST | ACK
    assert talk.server.error == errno.ECONNRESET


def test_data_for_a_closed_program_is_a_reset() -> None:
    talk = Talk().opened()
    talk.client.close(talk.now)
    talk.settle()
    talk.run(0.1)
    talk.server.write(b"late", talk.now)
    talk.settle()
    talk.run(0.1)
    assert flags(talk)[-1] & RST
    assert talk.server.error == errno.EPIPE  # its stream had ended: Linux says EPIPE, not ECONNRESET


def test_a_handshake_that_is_left_ends_without_a_word() -> None:
    talk = Talk(lost).begin()
    talk.client.close(talk.now)
    talk.settle()
    assert flags(talk) == [SYN]
    assert talk.client.state is State.CLOSED


def test_nothing_is_written_before_or_after_a_connection() -> None:
    talk = Talk()
    talk.client.write(b"x", 0.0)
    talk.client.end(0.0)
    talk.client.abort()
    assert talk.client.take() == []
    assert talk.client.sender.buffered == 0


def test_a_reader_that_stops_closes_the_window_and_opens_it_again() -> None:
    talk = Talk().opened()
    talk.reads = False
    talk.server.write(bytes(2 * CAPACITY), talk.now)
    talk.settle()
    talk.run(30)
    assert len(talk.client.incoming.ready) >= CAPACITY - 1460
    assert talk.server.state is State.ESTABLISHED
    talk.reads = True
    talk.settle()
    talk.run(30)
    assert len(talk.read[True]) == 2 * CAPACITY


def test_a_peer_with_a_closed_window_is_asked_for_ever_while_it_answers() -> None:
    talk = Talk().opened()
    talk.reads = False
    talk.server.write(bytes(2 * CAPACITY), talk.now)
    talk.settle()
    talk.run(5000)
    assert talk.server.state is State.ESTABLISHED


@pytest.mark.parametrize(("is_v6", "size"), [(False, 1460), (True, 1440)])
def test_full_segments_fill_an_ethernet_frame(*, is_v6: bool, size: int) -> None:
    talk = Talk(is_v6=is_v6).opened()
    talk.client.write(bytes(5000), talk.now)
    talk.settle()
    talk.run(1)
    packets = [packet for _, is_client, packet in talk.sent if is_client and packet.payload < packet.end]
    assert [packet.end - packet.payload for packet in packets] == [size] * 3 + [5000 - 3 * size]
    assert len(packets[0].data) == 1500
    assert [bool(packet.flags & 8) for packet in packets] == [False] * 3 + [True]
    acks = [packet.flags for _, is_client, packet in talk.sent if not is_client][1:]
    assert acks == [ACK] * 2  # each second full segment, and the last


def test_a_single_full_segment_is_acknowledged_after_40_milliseconds() -> None:
    talk = Talk().opened()
    talk.sent.clear()
    start = talk.now
    talk.client.write(bytes(1460), talk.now)
    talk.settle()
    talk.run(1)
    assert [round(at - start, 3) for at, is_client, _ in talk.sent if not is_client] == [0.05]


def test_the_ttl_and_the_identification_are_in_every_packet() -> None:
    talk = Talk().opened()
    talk.client.ttl = 7
    talk.client.write(b"x", talk.now)
    talk.settle()
    packets = [packet for _, is_client, packet in talk.sent if is_client]
    assert [packet.ttl for packet in packets] == [64, 64, 7]
    assert [packet.identification for packet in packets] == [0, 1, 2]


def test_ends_of_both_are_repeated_until_acknowledged() -> None:
    count = 0

    def way(packet: Packet) -> tuple[float, ...]:
        nonlocal count
        count += bool(packet.flags & FIN)
        return () if packet.flags & FIN and count % 2 else (0.0,)

    talk = Talk(way).opened()
    talk.client.close(talk.now)
    talk.settle()
    talk.run(3)
    talk.server.close(talk.now)
    talk.settle()
    talk.run(10)
    assert talk.client.state is talk.server.state is State.CLOSED
