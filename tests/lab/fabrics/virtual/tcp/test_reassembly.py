from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import binary, integers, lists, tuples

from trigpoint.lab.fabrics.virtual.tcp.reassembly import _MOST_PIECES, CAPACITY, Reassembly


@given(binary(min_size=1, max_size=200), lists(tuples(integers(0, 199), integers(0, 60)), max_size=60))
def test_pieces_in_any_order_and_overlap_give_the_stream(stream: bytes, cuts: list[tuple[int, int]]) -> None:
    found = Reassembly(1000)
    for start, size in [*cuts, (0, len(stream))]:
        piece = stream[start : start + size]
        found.accept(1000 + start, piece, is_last=start + len(piece) == len(stream) and start <= len(stream))
    assert found.ready == stream
    assert found.is_complete
    assert found.next == 1000 + len(stream) + 1
    assert not found.has_gap


def test_of_two_pieces_for_one_place_the_first_counts() -> None:
    found = Reassembly(0)
    found.accept(2, b"cd", is_last=False)
    assert found.has_gap
    found.accept(0, b"abXX", is_last=False)
    assert found.ready == b"abXX"
    found.accept(0, b"????ef", is_last=False)
    assert found.ready == b"abXXef"


def test_nothing_is_taken_beyond_the_window() -> None:
    found = Reassembly(0)
    found.accept(0, bytes(CAPACITY - 1), is_last=False)
    found.accept(CAPACITY - 1, b"ab", is_last=True)
    assert len(found.ready) == CAPACITY
    assert found.window == 0
    assert not found.is_complete
    found.accept(CAPACITY, b"c", is_last=False)
    assert found.next == CAPACITY


def test_the_end_counts_once_and_nothing_behind_it() -> None:
    found = Reassembly(0)
    found.accept(1, b"b", is_last=True)
    assert not found.is_complete
    found.accept(0, b"a", is_last=False)
    assert found.is_complete
    found.accept(3, b"c", is_last=False)
    assert (found.ready, found.next) == (b"ab", 3)


def test_scattered_pieces_are_held_in_bounded_number() -> None:
    found = Reassembly(0)
    for start in range(2, 2 * _MOST_PIECES + 100, 2):
        found.accept(start, b"x", is_last=False)
    assert len(found._pieces) == _MOST_PIECES
