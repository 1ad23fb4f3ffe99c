"""Rare looks for cycles."""

from __future__ import annotations

import gc

import pytest

from trigpoint.collecting import BETWEEN, rare_collection


def test_cycles_are_looked_for_as_before_whatever_happens() -> None:
    before, seen = gc.get_threshold(), list[int]()

    def broken() -> None:
        with rare_collection():
            seen.append(gc.get_threshold()[0])
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - of this test
        broken()
    assert seen == [BETWEEN]
    assert gc.get_threshold() == before
