"""Windows: an address and a name are left alone after a trigger, and nobody else uses them meanwhile."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.probe.test_budget import played
from trigpoint.probe.residue import LONGEST_SECONDS, Residue

if TYPE_CHECKING:
    from collections.abc import Iterable

ADDRESS, OTHER, NAME = "192.0.2.1", "192.0.2.2", "site.example"


async def used(residue: Residue, keys: Iterable[str | None], seconds: float = 0.0) -> tuple[float, float]:
    """Hold keys for a while; give when that began, and what was waited for windows."""
    async with residue.hold(keys) as waited:
        begun = asyncio.get_running_loop().time()
        await asyncio.sleep(seconds)
    return begun, waited


@pytest.mark.parametrize("key", [ADDRESS, NAME])
def test_what_was_triggered_is_left_alone_for_the_longest_window(key: str) -> None:
    async def main() -> None:
        residue, zero = Residue(), asyncio.get_running_loop().time()
        residue.mark([ADDRESS, NAME])
        assert (await used(residue, [OTHER]))[1] == 0
        begun, waited = await used(residue, [key, OTHER])
        assert begun - zero == pytest.approx(LONGEST_SECONDS)
        assert waited == residue.waited == pytest.approx(LONGEST_SECONDS)
        assert (await used(residue, [ADDRESS, NAME]))[1] == 0, "the window is over for both"

    played(main)


def test_one_name_is_triggered_once_in_each_window_at_whichever_address() -> None:
    async def trigger(residue: Residue, address: str) -> float:
        async with residue.hold([address, NAME]):
            residue.mark([address, NAME])
            return asyncio.get_running_loop().time()

    async def main() -> list[float]:
        residue = Residue()
        return sorted(await asyncio.gather(*(trigger(residue, f"192.0.2.{number}") for number in range(5))))

    moments = played(main)
    assert all(later - earlier >= LONGEST_SECONDS - 1e-6 for earlier, later in pairwise(moments))


def test_what_is_waited_for_is_free_for_others() -> None:
    async def main() -> None:
        residue = Residue()
        residue.mark([NAME])
        patient = asyncio.ensure_future(used(residue, [ADDRESS, NAME]))
        await asyncio.sleep(1)
        assert (await used(residue, [ADDRESS]))[1] == 0
        assert (await patient)[1] == pytest.approx(LONGEST_SECONDS)

    played(main)


def test_two_never_use_one_thing_at_a_time_and_nobody_waits_in_a_ring() -> None:
    async def main() -> list[float]:
        residue = Residue()
        pairs = [(ADDRESS, OTHER), (OTHER, NAME), (NAME, ADDRESS)]
        found = await asyncio.wait_for(asyncio.gather(*(used(residue, pair, 10) for pair in pairs)), 100)
        return sorted(begun for begun, _ in found)

    first, second, third = played(main)
    assert second - first >= 10
    assert third - second >= 10


def test_what_was_seen_to_remember_nothing_has_no_windows_for_that_trigger_alone() -> None:
    async def main() -> None:
        residue = Residue()
        residue.forget(("tls", NAME))
        residue.mark([ADDRESS, NAME], ("tls", NAME))
        assert (await used(residue, [ADDRESS, NAME]))[1] == 0
        residue.mark([ADDRESS, NAME], ("http", NAME))
        assert (await used(residue, [ADDRESS, NAME]))[1] == pytest.approx(LONGEST_SECONDS)

    played(main)


def test_what_is_empty_is_nothing_to_wait_for() -> None:
    async def main() -> None:
        residue = Residue()
        residue.mark([None, ""])
        assert (await used(residue, [None, ""]))[1] == 0

    played(main)
