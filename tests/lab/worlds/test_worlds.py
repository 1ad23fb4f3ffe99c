"""Every row of every world's truth is what a client sees, in both families; and the log foresees no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lab.worlds.observing import Observer, at_the_beginning
from trigpoint.lab.truth import compare
from trigpoint.lab.world.load import load, names

if TYPE_CHECKING:
    from pathlib import Path

PLACES = [(name, network.name) for name in names() for network in load(name).networks]


@pytest.mark.parametrize(("name", "network"), PLACES, ids=[":".join(place) for place in PLACES])
def test_a_client_sees_what_the_truth_says(name: str, network: str, tmp_path: Path) -> None:
    world = at_the_beginning(load(name))
    observer = Observer(world, network, tmp_path)
    assert observer.run() == []
    comparison = compare(world, observer.entries)
    assert comparison.unforeseen == ()
    blocked = [row for row in comparison.rows if row.network == network and row.state == "blocked"]
    assert {row.outcome for row in blocked} <= {"confirmed", "partly"}
