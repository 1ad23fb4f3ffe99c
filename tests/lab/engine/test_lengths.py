from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.lengths import LengthClass, entropy, is_suspect


def test_without_classes_every_length_is_suspect() -> None:
    assert is_suspect(0, (), Draws(1))


@pytest.mark.parametrize(("size", "suspect"), [(9, False), (10, True), (12, True), (13, False)])
def test_a_class_without_remainders_means_all_its_lengths(size: int, suspect: bool) -> None:
    assert is_suspect(size, (LengthClass(10, 12),), Draws(1)) == suspect


def test_any_of_several_classes_is_enough() -> None:
    classes = (LengthClass(0, 100, (9,)), LengthClass(50, 100, (2,)))
    assert [is_suspect(size, classes, Draws(1)) for size in (25, 18, 57, 66, 67)] == [True, False, True, True, False]


@given(st.binary(max_size=300))
def test_entropy_is_between_nothing_and_eight_bits(payload: bytes) -> None:
    assert 0 <= entropy(payload) <= 8
    assert entropy(payload * 2) == pytest.approx(entropy(payload))
