"""Every row of every world's truth shows in what the probe writes down among real sockets, too.

The probe's own program runs in labs, as ``trigpoint rehearse --fabric kernel`` runs it, and its files are read back.
Real time is long, and a machine with too much to do at once is late. So the gate makes all of this in virtual time
(``test_truth_in_steps.py``), and ``make kernel`` here, with follow-ups of each kind of interference.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.lab.worlds.places import PLACES
from tests.probe.sightings import is_of, reading_of
from tests.probe.watching import Place, Row, Visit, place_of
from trigpoint.lab.world.load import load
from trigpoint.model.chance import tries_to_see
from trigpoint.model.step import TcpConnect
from trigpoint.model.verdict import State
from trigpoint.rehearsal import EVERY_TIER, Unit
from trigpoint.rehearsal.labs import Labs

if TYPE_CHECKING:
    from trigpoint.probe.run import Job

LABS = 4
"""At a time, for each part."""
PARALLEL = 4
"""Visits at a time in one lab: each is work for probe, lab and servers, and what is late looks like a filter."""
PARTS = 2
"""One for each process on the smallest machine."""
ROUNDS, ROUNDS_WITHOUT_CHANCE = 8, 3
"""Where chance plays a part; and for all others, since a loaded machine can be late."""
CAREFUL = frozenset({0, 1})
"""Tiers without ladders of arms, which take minutes each."""
VISITS = 20
"""One after the other, of what is open until probers came: in a fresh lab the first is always the first."""
MOST_REPEATS = 16
"""Of an arm of random bytes, where a filter meets one of four."""
USUAL_SHARE = 0.75
"""Of rows that mostly show: where a bridge is cut off, each try of each arm is ten seconds of silence."""


@cache
def explained() -> dict[tuple[str, str], set[str]]:
    """Choose what is followed up, by place: what has each kind of interference first."""
    known, chosen = set(), defaultdict(set)
    for name, network in PLACES:
        for job, rows in Place(load(name), network, {}).subjects():
            row = rows[0][0]
            kind = (job.nettest, row.mechanisms, row.interference, row.step, row.failure)
            if (row.mechanisms or row.interference) and row.share[0] and kind not in known:
                known.add(kind)
                chosen[name, network].add(_key(job))
    return chosen


def _key(job: Job) -> str:
    return f"{job.nettest} {job.input}"


class Watch:
    """Measures a network again and again, until every row has shown."""

    def __init__(self, labs: Labs, place: Place, folder: Path, *, explains: bool) -> None:
        self._labs, self._place, self._folder = labs, place, folder
        self._explained = explained().get((place.world.name, place.network), set()) if explains else set()
        self._rows = {_key(job): rows for job, rows in place.subjects()}
        self._visits: dict[str, list[Visit]] = defaultdict(list)

    async def wrong(self) -> list[str]:
        """Give a line for each row that never showed as truth says."""
        subjects = list(self._place.subjects())
        lost: list[str] = []
        for number in range(1, ROUNDS + 1):
            jobs = [job for job, _ in subjects]
            await self._measure(jobs, [job for job in jobs if _key(job) in self._explained], number)
            left = []
            for job, rows in subjects:
                lines = [line for row in rows for line in self._lines(row, self._visits[_key(job)])]
                if lines and number < _rounds(rows):
                    left.append((job, rows))
                elif lines:
                    lost += lines
            subjects = left
            if not subjects:
                break
        return lost

    async def _measure(self, jobs: list[Job], followed: list[Job], number: int) -> None:
        """Make each measurement once, and those that shall be explained another time with their follow-ups."""
        world, network = self._place.world.name, self._place.network
        stem = f"{world.replace(':', '.')}.{network}.{number}"
        unit = Unit(
            world=world,
            network=network,
            path=self._path(stem),
            started=0.0,
            seed=number,
            jobs=tuple(_often(job, self._rows[_key(job)]) for job in jobs),
            explains=False,
            tiers=CAREFUL,
            parallel=PARALLEL,
            fabric="kernel",
        )
        units = [unit]
        if followed:
            path = self._path(f"{stem}.explained")
            units.append(
                msgspec.structs.replace(unit, path=path, jobs=tuple(followed), explains=True, tiers=EVERY_TIER)
            )
        if later := [job for job in jobs if self._is_open_at_first(job)]:
            again = tuple(job for job in later for _ in range(VISITS))
            units.append(msgspec.structs.replace(unit, path=self._path(f"{stem}.again"), jobs=again, parallel=1))
        await asyncio.gather(*map(self._labs.rehearse, units))
        for unit in units:
            self._read(unit.path)

    def _is_open_at_first(self, job: Job) -> bool:
        """Tell whether something is blocked after its first visit only; random bytes are sent many times anyhow."""
        is_one = job.nettest != "random_payload"
        return is_one and any(row.alone == State.OK != row.state for row, _ in self._rows[_key(job)])

    def _path(self, stem: str) -> str:
        return str(self._folder / f"{stem}.jsonl")

    def _read(self, path: str) -> None:
        readings = [reading_of(line) for line in Path(path).read_bytes().splitlines()]
        for one in readings:
            if not one.follows:
                followed = tuple(other for other in readings if other.follows == one.name)
                key = f"{one.measurement.nettest} {one.measurement.input}"
                self._visits[key].append(Visit(one, followed))

    def _works(self, family: int) -> bool:
        """Tell whether anything outside answered over a version of IP when the own network was looked at."""
        connects = [
            step
            for visit in self._visits["sanity None"]
            for step in visit.made.steps
            if isinstance(step, TcpConnect) and is_of(step.address, family)
        ]
        return not connects or any(step.failure is None for step in connects)

    def _lines(self, row: Row, visits: list[Visit]) -> list[str]:
        if row[0].failure and not self._works(row[1]):
            return []  # the look at the own network shows it, and then no site is asked over this version of IP
        good, seen = self._place.good(row, visits)
        wrong = [] if good or not row[0].share[0] else [f"none of {seen} as told"]
        wrong += self._place.unexplained(row, visits) if good else []
        wrong += filter(None, [self._place.not_beyond(row, visits)])
        where = f"{self._place.world.name} {self._place.network} {self._place.told(row, visits)}"
        return [f"{where}: {line}" for line in wrong]


def _often(job: Job, rows: list[Row]) -> Job:
    """Let random bytes be sent as often as what a row says of them shows."""
    if job.nettest != "random_payload":
        return job
    share = min((row.share[0] for row, _ in rows if row.share[0]), default=USUAL_SHARE)
    repeats = min(tries_to_see(min(share, USUAL_SHARE)), MOST_REPEATS)
    return msgspec.structs.replace(job, options={**job.options, "repeats": repeats})


def _rounds(rows: list[Row]) -> int:
    return ROUNDS if any(row.share != (1.0, 1.0) for row, _ in rows) else ROUNDS_WITHOUT_CHANCE


async def _watched(places: list[Place], folder: Path, *, explains: bool) -> list[str]:
    labs = Labs(LABS)
    found = await asyncio.gather(*(Watch(labs, place, folder, explains=explains).wrong() for place in places))
    return [line for lines in found for line in lines]


@pytest.mark.usefixtures("kernel", "uncovered")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_row_shows_among_real_sockets(part: int, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    if not pytestconfig.getoption("--whole"):
        pytest.skip("takes hours of real time: `make kernel`")
    places = [place_of(load(name), network) for name, network in PLACES[part::PARTS]]
    assert asyncio.run(_watched(places, tmp_path, explains=True)) == []
