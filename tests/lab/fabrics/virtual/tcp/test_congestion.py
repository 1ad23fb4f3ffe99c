from __future__ import annotations

from trigpoint.lab.fabrics.virtual.tcp.congestion import Congestion


def test_ten_segments_go_first_and_acknowledgements_double_them() -> None:
    found = Congestion(1000, 0)
    assert found.window == 10_000
    for number in range(1, 11):
        assert not found.acknowledged(1000, number * 1000)
    assert found.window == 20_000


def test_the_third_duplicate_sends_again_and_halves() -> None:
    found = Congestion(1000, 0)
    assert [found.duplicate(0, 10_000, 10_000) for _ in range(3)] == [False, False, True]
    assert found.window == 5_000 + 3_000
    assert not found.duplicate(0, 10_000, 10_000)
    assert found.window == 9_000
    assert found.acknowledged(2000, 2000)  # partial: the next is lost too
    assert found.is_recovering
    assert found.window == 8_000
    assert not found.acknowledged(8000, 10_000)
    assert (found.is_recovering, found.window) == (False, 5_000)
    assert not found.acknowledged(1000, 11_000)
    assert found.window == 5_200  # congestion avoidance: a segment in a round trip


def test_after_a_timeout_one_segment_goes_and_old_duplicates_mean_nothing() -> None:
    found = Congestion(1000, 0)
    found.timed_out(10_000, 10_000)
    assert found.window == 1000
    assert not any(found.duplicate(5000, 10_000, 10_000) for _ in range(9))
