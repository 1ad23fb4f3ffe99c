from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import integers

from trigpoint.lab.fabrics.virtual.tcp.sequence import unwrap


@given(number=integers(0, 1 << 40), distance=integers(-(1 << 31), (1 << 31) - 1))
def test_a_number_is_found_again_from_anywhere_within_half_the_range(number: int, distance: int) -> None:
    assert unwrap(number & 0xFFFFFFFF, number - distance) == number
