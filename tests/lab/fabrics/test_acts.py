"""Acts are kept in order, and what is not kept is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab.fabrics.kernel.test_diary import EVENT
from trigpoint.lab.fabrics import acts as module
from trigpoint.lab.fabrics.acts import Acts

if TYPE_CHECKING:
    import pytest


def test_acts_beyond_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ACTS", 3)
    acts = Acts()
    for number in range(5):
        acts.add(str(number), EVENT)
    assert [network for network, _ in acts.all()] == ["0", "1", "2"]
    assert acts.lost == 2


def test_more_than_a_hundred_thousand_acts_are_kept() -> None:
    acts = Acts()
    for _ in range(100_001):
        acts.add("a1", EVENT)
    assert (len(acts.all()), acts.lost) == (100_001, 0)
