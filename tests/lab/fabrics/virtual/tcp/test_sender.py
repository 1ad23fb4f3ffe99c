from __future__ import annotations

from trigpoint.lab.fabrics.virtual.tcp.sender import Piece, Sender


def taken(sender: Sender, now: float = 0.0) -> list[tuple[int, int, bool]]:
    found = []
    while piece := sender.take(now):
        found.append((piece.sequence, len(piece.data), piece.is_last))
    return found


def test_full_segments_go_as_far_as_the_window_and_the_rest_waits() -> None:
    sender = Sender(1, 100, 250)
    sender.write(bytes(1000))
    assert taken(sender) == [(1, 100, False), (101, 100, False)]  # 50 bytes of room are not worth a segment
    sender.acknowledged(201, 1000, 0.1, is_bare=True)
    assert [size for _, size, _ in taken(sender)] == [100] * 8


def test_a_small_window_is_used_when_nothing_is_under_way() -> None:
    sender = Sender(1, 100, 30)
    sender.write(bytes(50))
    assert taken(sender) == [(1, 30, False)]


def test_the_end_rides_on_the_last_segment_or_goes_alone() -> None:
    sender = Sender(1, 100, 1000)
    sender.write(bytes(150))
    sender.close()
    assert taken(sender) == [(1, 100, False), (101, 50, True)]
    assert not sender.is_done
    sender.acknowledged(152, 1000, 0.1, is_bare=True)
    assert sender.is_done
    alone = Sender(1, 100, 1000)
    alone.close()
    assert taken(alone) == [(1, 0, True)]
    assert alone.again() == Piece(1, b"", is_last=True)


def test_a_timeout_sends_all_again_and_an_acknowledgement_skips_what_arrived() -> None:
    sender = Sender(1, 100, 1000)
    sender.write(bytes(300))
    taken(sender)
    sender.watch(0.0)
    assert sender.deadline == 1.0
    assert sender.expire(1.0)
    assert taken(sender, 1.0) == [(1, 100, False)]
    sender.acknowledged(301, 1000, 1.1, is_bare=True)
    sender.watch(1.1)
    assert (sender.next, sender.buffered, sender.deadline) == (301, 0, None)
    assert sender.round_trip.timeout_seconds == 1.0  # what was sent twice measures nothing


def test_a_closed_window_is_asked_about() -> None:
    sender = Sender(1, 100, 0)
    sender.write(bytes(10))
    assert taken(sender) == []
    sender.watch(0.0)
    assert sender.deadline == 1.0
    assert not sender.expire(1.0)
    assert sender.deadline == 3.0


def test_three_duplicates_send_the_oldest_again() -> None:
    sender = Sender(1, 100, 1000)
    sender.write(bytes(500))
    taken(sender)
    assert [sender.acknowledged(1, 1000, 0.1, is_bare=True) for _ in range(3)] == [False, False, True]
    assert sender.again().sequence == 1
    assert not sender.acknowledged(1, 900, 0.1, is_bare=True)  # another window is news, no duplicate
    assert not sender.acknowledged(0, 900, 0.1, is_bare=True)  # older than all


def test_smaller_segments_begin_with_what_is_not_acknowledged() -> None:
    sender = Sender(1, 100, 1000)
    sender.write(bytes(100))
    taken(sender)
    sender.shrink(60)
    assert taken(sender) == [(1, 60, False), (61, 40, False)]
