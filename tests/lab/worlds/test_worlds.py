"""Every row of every world's truth is what a client sees, in both families; and the log foresees no more."""

from __future__ import annotations

import pytest

from tests.lab.worlds.observing import IN_VIRTUAL_TIME, Observer, at_the_beginning, rows_of
from tests.lab.worlds.places import PLACES
from trigpoint.lab.lab import Lab
from trigpoint.lab.truth import compare
from trigpoint.lab.world.load import load

RARELY = {"Hardly covered"}
"""Networks in which one flow of a hundred is interfered with, which a dozen visits need not meet."""


async def observed(lab: Lab) -> list[str]:
    """Observe all rows, one after the other; gives what does not hold."""
    observer = Observer(lab, IN_VIRTUAL_TIME)
    return [
        f"{row.address} over IPv{family}: {wrong}"
        for row, family in rows_of(lab.world, lab.network)
        for wrong in await observer.see(row, family)
    ]


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize(("name", "network"), PLACES, ids=[":".join(place) for place in PLACES])
def test_a_client_sees_what_the_truth_says(name: str, network: str) -> None:
    lab = Lab(at_the_beginning(load(name)), fabric="virtual", network=network)
    assert lab.play(observed) == []
    comparison = compare(lab.world, lab.events)
    assert comparison.unforeseen == ()
    blocked = [row for row in comparison.rows if row.network == network and row.state == "blocked"]
    assert {row.outcome for row in blocked} <= {"confirmed", "partly"}
    interfered = {(place, row.address, row.families) for place, row in lab.world.truths() if row.interference}
    own = [row for row in comparison.rows if row.network == network and (network, row.url, row.families) in interfered]
    missing = [row.url for row in own if row.outcome == "not seen"]
    assert not missing or lab.world.network(network).title in RARELY
