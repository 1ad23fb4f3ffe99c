"""Units among real sockets: many labs at a time, each with a share of a network's jobs.

Time is real there, and nearly all of it is waiting: for what stays silent, for late answers, for the windows of filters
that remember. Measurements in one lab wait for each other, since they use the same control servers; labs know nothing
of each other. So a network is measured in several labs, and as many of them stand at a time as the machine can feed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.folders import temporary_folder
from trigpoint.lab.lab import Lab
from trigpoint.probe.writer import Writer
from trigpoint.rehearsal import Rehearsed, Unit, jobs_of, world_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

LABS = 8 * (os.cpu_count() or 1)
"""That stand at a time; one and the program in it have some 120 MB."""
STARTS = 2
"""That begin at a time: beginning is work."""
SHARE = 5
"""Jobs for each lab. What they and their follow-ups trigger is triggered one after the other; a lab costs a second."""


Result = TypeVar("Result")


def rehearse_in_labs(units: Iterable[Unit], done: Callable[[Rehearsed], None]) -> None:
    """Measure units into their files, and tell of each when it is complete.

    Where one cannot be measured, all end; what was measured until then, or until Ctrl-C, is in the files.

    Raises:
        InputError: there is no such world or network, or a file cannot be written.
        LabError: the kernel fabric cannot be had, or the program in a lab failed.

    """
    asyncio.run(_all(units, done))


class Labs:
    """Labs of which only so many stand at a time, and fewer begin."""

    def __init__(self, most: int = LABS) -> None:
        self._labs, self._starts = asyncio.Semaphore(most), asyncio.Semaphore(STARTS)

    async def rehearse(self, unit: Unit) -> Rehearsed:
        """Measure a unit into its file.

        Raises:
            InputError: as :func:`rehearse_in_labs`.
            LabError: likewise.

        """
        with Writer(Path(unit.path), is_durable=False) as writer, temporary_folder() as folder:
            shares = shares_of(unit, folder)
            try:
                made = await _each(map(self._share, shares))
            finally:
                for share in shares:
                    _append(writer, Path(share.path))
        return _together(unit, made)

    async def _share(self, share: Unit) -> Rehearsed:
        """Run the probe in a lab of its own."""
        asked, told = (Path(share.path).with_suffix(suffix) for suffix in (".asked", ".told"))
        asked.write_bytes(msgspec.json.encode(share))
        async with self._labs, AsyncExitStack() as stack:
            async with self._starts:
                lab = Lab(
                    world_of(share), fabric="kernel", network=share.network, seed=share.seed, started=share.started
                )
                await stack.enter_async_context(lab)
            status = await lab.run([sys.executable, "-m", "trigpoint.rehearsal.inside", str(asked), str(told)])
        if status or not told.is_file():
            message = f"the probe in {share.world}, network {share.network}, ended with status {status}"
            raise LabError(message)
        return msgspec.json.decode(told.read_bytes(), type=Rehearsed)


async def _all(units: Iterable[Unit], done: Callable[[Rehearsed], None]) -> None:
    labs = Labs()

    async def one(unit: Unit) -> None:
        done(await labs.rehearse(unit))

    await _each(map(one, units))


async def _each(wanted: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """Wait for all; when one fails, or nobody waits any more, end the others before going on."""
    tasks = [asyncio.ensure_future(one) for one in wanted]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def shares_of(unit: Unit, folder: Path) -> list[Unit]:
    """Deal the jobs of a unit out to labs, each with a file of its own in a folder.

    Without follow-ups one lab is enough: sites seldom share an address.

    Raises:
        InputError: there is no such world or network.

    """
    jobs = jobs_of(unit)
    hands = -(-len(jobs) // SHARE) if unit.explains and jobs else 1
    return [
        msgspec.structs.replace(unit, jobs=jobs[hand::hands], path=str(folder / f"{hand}.jsonl"))
        for hand in range(hands)
    ]


def _append(writer: Writer, share: Path) -> None:
    """Take over the whole lines of a file, if there is one."""
    if share.is_file():
        for line in share.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                writer.write(line)


def _together(unit: Unit, made: Sequence[Rehearsed]) -> Rehearsed:
    counts: Counter[str] = Counter()
    for one in made:
        counts.update(one.counts)
    return Rehearsed(
        unit=unit,
        counts=dict(counts),
        told=tuple(line for one in made for line in one.told),
        lost=tuple(line for one in made for line in one.lost),
    )
