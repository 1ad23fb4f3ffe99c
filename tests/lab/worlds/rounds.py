"""Observes worlds in the kernel fabric: many labs at a time, since nearly all of the time is waiting.

Real time makes two things dear that virtual time has for nothing. Waiting until a residue is gone: rows that could
meet each other's are observed in labs of their own. And trying again where a censor fires by chance, or a loaded
machine is late: rows that did not hold are observed again, in another round with fresh labs and other draws.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tests.lab.worlds.observing import IN_REAL_TIME, Observer, at_the_beginning, rows_of, true_addresses
from trigpoint.lab.lab import Lab
from trigpoint.lab.truth import compare
from trigpoint.lab.world.load import load

if TYPE_CHECKING:
    from trigpoint.lab.log import Logged
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World

ROUNDS = 8
"""For rows of chance: one whose censor misses one flow of four fails in all of them once in 65,000 runs, and the worst
of the worlds misses fewer."""
ROUNDS_WITHOUT_CHANCE = 3
"""For all others, since a loaded machine can be late."""
LABS = 20
"""At a time."""
STARTS = 3
"""Labs that begin at a time: beginning is work, the rest is waiting."""
_PAGES = {"turkey": 4_000}
"""Bytes of the largest page, by world: more take a minute on a path that loses a fifth and holds up the rest."""

Row = tuple["Truth", int]
"""A row, and a family."""


class Place(NamedTuple):
    """A network of a world."""

    world: str
    network: str


class Seen(NamedTuple):
    """What came of a place."""

    world: World
    wrong: list[str]
    entries: list[Logged]


class Rounds:
    """Observes places."""

    def __init__(self) -> None:
        self._labs, self._starts = asyncio.Semaphore(LABS), asyncio.Semaphore(STARTS)

    async def all(self, places: list[Place]) -> list[Seen]:
        """Observe all at a time."""
        return await asyncio.gather(*map(self.one, places))

    async def one(self, place: Place) -> Seen:
        """Observe one, until every row has held and the log confirms it, or there was every chance."""
        world = quick(at_the_beginning(load(place.world)))
        rows, entries, lost = rows_of(world, place.network), [], []
        for number in range(1, ROUNDS + 1):
            labs = [
                self._lab(world, place.network, number, part, entries) for part in parted(world, place.network, rows)
            ]
            found = [pair for pairs in await asyncio.gather(*labs) for pair in pairs]
            quiet = unconfirmed(world, place.network, entries)
            found += [(row, ["no act of a censor is in the log"]) for row in rows if row[0].address in quiet]
            wrong = {id(row): lines for row, lines in found if lines}
            lost += [(row, wrong[id(row)]) for row in rows if id(row) in wrong and number == rounds(row)]
            rows = [row for row in rows if id(row) in wrong and number < rounds(row)]
            if not rows:
                break
        told = [f"{place.world} {place.network} {row[0].address} over IPv{row[1]}: {lines}" for row, lines in lost]
        return Seen(world, told, entries)

    async def _lab(
        self, world: World, network: str, seed: int, rows: list[Row], entries: list[Logged]
    ) -> list[tuple[Row, list[str]]]:
        async with self._labs, AsyncExitStack() as stack:
            async with self._starts:
                lab = await stack.enter_async_context(Lab(world, fabric="kernel", network=network, seed=seed))
            observer = Observer(lab, IN_REAL_TIME)
            wrong = await asyncio.gather(*(observer.see(*row) for row in rows))
            entries += lab.events
            return list(zip(rows, wrong, strict=True))


def rounds(row: Row) -> int:
    """Say how often a row may be observed."""
    return ROUNDS if row[0].share != (1.0, 1.0) else ROUNDS_WITHOUT_CHANCE


def unconfirmed(world: World, network: str, entries: list[Logged]) -> set[str]:
    """Give what is blocked, always or mostly, without any act of that in the log."""
    always = {row.address for where, row in world.truths() if where == network and row.share[0]}
    return {
        row.url
        for row in compare(world, entries).rows
        if row.network == network and row.state == "blocked" and row.outcome not in {"confirmed", "partly"}
    } & always


def quick(world: World) -> World:
    """Give a world without pages that take long, and with probers that come at once instead of after hours."""
    most = _PAGES.get(world.name, max(site.bytes for site in world.sites))
    sites = [msgspec.structs.replace(site, bytes=min(site.bytes, most)) for site in world.sites]
    return msgspec.structs.replace(world, sites=tuple(sites), censors=tuple(map(_prompt, world.censors)))


def _prompt(entry: dict[str, Any]) -> dict[str, Any]:
    if entry["behaviour"] != "active_probe":
        return entry
    residual = {**entry.get("residual", {}), "starts_after_seconds": 1}
    return {**entry, "delay_seconds": 0.1, "delay_seconds_up_to": 1, "residual": residual}


def parted(world: World, network: str, rows: list[Row]) -> list[list[Row]]:
    """Part rows so that none is observed in one lab with another that could leave a residue at its server."""
    if all((censor.residual.tuple if censor.residual else "4") == "4" for censor in world.censors_of(network)):
        return [rows]
    labs: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: bool(row[0].causes)):
        lab = next((lab for lab in labs if not any(_meet(world, network, row, other) for other in lab)), None)
        if lab is None:
            labs.append(lab := [])
        lab.append(row)
    return labs


def _meet(world: World, network: str, one: Row, other: Row) -> bool:
    shared = set(true_addresses(world, network, *one)) & set(true_addresses(world, network, *other))
    return bool(shared) and bool(one[0].causes or other[0].causes)
