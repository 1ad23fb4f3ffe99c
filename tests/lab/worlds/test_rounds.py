"""What the virtual fabric shows of every world, the kernel fabric shows too: both tell the same truth."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from tests.lab.worlds.observing import at_the_beginning, rows_of, true_addresses
from tests.lab.worlds.places import PLACES
from tests.lab.worlds.rounds import Place, Rounds, parted
from trigpoint.lab.truth import compare
from trigpoint.lab.world.load import load
from trigpoint.lab.world.truth import Truth

PARTS = 2
"""One for each process on the smallest machine."""


@pytest.mark.waits
@pytest.mark.usefixtures("kernel", "uncovered")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_client_on_kernel_sockets_sees_what_the_truth_says(part: int) -> None:
    seen = asyncio.run(Rounds().all([Place(*one) for one in PLACES[part::PARTS]]))
    assert [line for one in seen for line in one.wrong] == []
    assert [stray for one in seen for stray in compare(one.world, one.entries).unforeseen] == []


@pytest.mark.usefixtures("kernel")
def test_truth_that_does_not_hold_is_found_out_on_kernel_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    world = load("turkey")
    wrong = {"target": "news.example", "state": "blocked", "step": "tls", "failure": "connection_reset"}
    told = msgspec.convert(wrong | {"mechanisms": ["tls.reset.sni"]}, Truth)
    monkeypatch.setattr("tests.lab.worlds.rounds.load", lambda _: msgspec.structs.replace(world, truth=(told,)))
    seen = asyncio.run(Rounds().one(Place("turkey", "a1")))
    assert len(seen.wrong) == 2


def test_rows_whose_residues_meet_are_in_labs_of_their_own() -> None:
    world = at_the_beginning(load("gfw-2024"))
    rows = rows_of(world, "a1")
    labs = parted(world, "a1", rows)
    assert sorted(map(id, rows)) == sorted(id(row) for lab in labs for row in lab)
    for lab in labs:
        causes = [address for row in lab if row[0].causes for address in set(true_addresses(world, "a1", *row))]
        assert len(causes) == len(set(causes))


def test_rows_without_residues_share_one_lab() -> None:
    world = at_the_beginning(load("open"))
    assert len(parted(world, "a1", rows_of(world, "a1"))) == 1
