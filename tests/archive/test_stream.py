"""Streams with a look ahead."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.archive import stream as module
from trigpoint.archive.stream import Meter, Stream, file_chunks
from trigpoint.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator


def damaged(*chunks: bytes) -> Iterator[bytes]:
    yield from chunks
    message = "damaged here"
    raise RecordError(message)


chunked = st.lists(st.binary(min_size=1, max_size=9), max_size=9)


@given(chunked, st.integers(0, 40))
def test_looking_ahead_takes_nothing(chunks: list[bytes], size: int) -> None:
    whole = b"".join(chunks)
    stream = Stream(iter(chunks))
    assert stream.peek(size) == whole[:size]
    assert b"".join(stream) == whole


@given(chunked, st.lists(st.integers(0, 12), max_size=9))
def test_parts_are_taken_one_after_another(chunks: list[bytes], sizes: list[int]) -> None:
    stream = Stream(iter(chunks))
    taken = [stream.take(size) for size in sizes]
    assert b"".join(taken) + b"".join(stream) == b"".join(chunks)


def test_damage_is_told_once_in_its_turn_and_ends_the_stream() -> None:
    stream = Stream(damaged(b"ab", b"cd"))
    assert stream.peek(100) == b"abcd"
    assert stream.chunk() == b"abcd"
    with pytest.raises(RecordError, match="damaged here"):
        stream.chunk()
    assert stream.is_broken
    assert stream.chunk() == b""


def test_a_part_that_ends_early_is_damage() -> None:
    stream = Stream(iter([b"abc"]))
    with pytest.raises(RecordError, match="cut off"):
        b"".join(stream.part(4))
    assert stream.is_broken


def test_expansion_beyond_reason_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FREE_EXPANSION_BYTES", 1000)
    meter = Meter()
    meter.packed = 10
    meter.add(2500)
    with pytest.raises(RecordError, match="expands more than 250 times"):
        meter.add(1)


def test_a_small_file_may_expand_as_it_likes() -> None:
    meter = Meter()
    meter.packed = 1
    meter.add(1_000_000)


def test_what_is_read_of_a_file_is_counted() -> None:
    meter = Meter()
    assert b"".join(file_chunks(io.BytesIO(b"x" * 300_000), meter)) == b"x" * 300_000
    assert meter.packed == 300_000


def test_a_file_that_stops_being_readable_is_damage() -> None:
    class Broken(io.RawIOBase):
        def readinto(self, _: object) -> int:
            raise OSError(5, "Input/output error")

        def readable(self) -> bool:
            return True

    with pytest.raises(RecordError, match="Input/output error"):
        next(file_chunks(io.BufferedReader(Broken()), Meter()))
