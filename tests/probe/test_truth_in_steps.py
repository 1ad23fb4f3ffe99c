"""Every row of every world's truth shows in the steps that the probe writes down, and in those of its follow-ups."""

from __future__ import annotations

import asyncio
import time
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.lab.worlds.observing import IN_VIRTUAL_TIME, at_the_beginning
from tests.lab.worlds.places import PLACES
from tests.probe import watching
from tests.probe.sightings import Reading, reading_of
from tests.probe.watching import (
    ENOUGH,
    OTHERWISE,
    TRIES,
    Otherwise,
    Place,
    Row,
    Visit,
    is_likely,
    kind_of,
    kinds_of,
    place_of,
)
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load
from trigpoint.lab.world.truth import Truth
from trigpoint.probe.run import explaining, measure, record
from trigpoint.rehearsal import session_in, virtual_wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.lab.world.world import World
    from trigpoint.probe.run import Job

pytestmark = pytest.mark.usefixtures("uncovered")  # each nettest has tests of its own

QUIC_TIMEOUT = {"step": "quic", "failure": "generic_timeout_error"}
DNS_AND_QUIC = ["dns.injection.bogon", "quic.timeout.sni"]


def base_of(world: World) -> World | None:
    """Give the world that this one varies. None: it is none's variant."""
    name, _, variant = world.name.partition(":")
    return load(name) if variant else None


def alike(world: World, network: str) -> Iterator[tuple[World, str]]:
    """Give where follow-ups are looked at already: the same network of the world that this one varies, and networks of
    this world before it that differ in nothing that they could show."""
    base = base_of(world)
    if base and network in {one.name for one in base.networks}:
        yield base, network
    for one in takewhile(lambda one: one.name != network, world.networks):
        if traits_of(world, one.name) == traits_of(world, network):
            yield world, one.name


def traits_of(world: World, name: str) -> tuple[Any, ...]:
    """Give what networks differ in to a probe: their censors, what resolvers make up, the client and its line."""
    network = world.network(name)
    censors = [entry for entry in world.censors if name in entry.get("networks", (name,))]
    resolver, families = world.host(network.resolver).resolver, {":" in address for address in network.client}
    own = (network.link, network.clock_ahead_seconds, network.trusts, families)
    return (censors or name, resolver and resolver.lies, *own)


class Watch:
    """The measurements of a network, made until what they show of each row can be told.

    Follow-ups are looked at where a row is the first of its kind, in the network and in those like it; or ``whole`` of
    all.
    """

    def __init__(self, lab: Lab, place: Place, *, whole: bool) -> None:
        self._place, self._whole = place, whole
        self._explained = {kind for one in alike(place.world, place.network) for kind in kinds_of(*one)}
        self._session = session_in(lab.world, lab.network, lab.bundle(), wall=virtual_wall(time.time()))
        self._plain = msgspec.structs.replace(self._session, tiers=frozenset({0, 1}))  # without ladders of arms

    async def wrong(self) -> list[str]:
        """Measure what truth speaks of; gives a line for each thing that is not as it says."""
        return [line for job, rows in self._place.subjects() for line in await self._wrong(job, rows)]

    async def _wrong(self, job: Job, rows: list[Row]) -> list[str]:
        visits: list[Visit] = []
        explains = self._explains(job, rows)
        while len(visits) < TRIES and (pending := [row for row in rows if not self._is_told(row, visits)]):
            follows = explains and any(self._asks_more(row, visits) for row in pending)
            visits.append(await self._visit(job, follows=follows))
        return [line for row in rows for line in self._lines(row, visits)]

    def _explains(self, job: Job, rows: list[Row]) -> bool:
        """Tell whether follow-ups are looked at; each kind of interference is asked for once."""
        kinds = {kind_of(job, truth) for truth, _ in rows}
        is_new = not kinds <= self._explained
        self._explained |= kinds
        return self._whole or is_new

    async def _visit(self, job: Job, *, follows: bool) -> Visit:
        """Measure, and wait until no filter remembers it."""
        made = await measure(self._session if follows else self._plain, job)
        explains = [one for one in explaining(self._session, made) if follows and one.nettest != job.nettest]
        followed = [self._read(await measure(self._session, one)) for one in explains]
        await asyncio.sleep(IN_VIRTUAL_TIME.pause)
        return Visit(self._read(made), tuple(followed))

    def _read(self, made: Any) -> Reading:
        return reading_of(record(self._session, made))

    def _is_told(self, row: Row, visits: list[Visit]) -> bool:
        """Tell whether further visits would tell nothing new of a row."""
        return bool(visits) and not (
            self._asks_more(row, visits) or self._place.not_beyond(row, visits) or self._can_change(row, visits)
        )

    def _asks_more(self, row: Row, visits: list[Visit]) -> bool:
        return not visits or bool(self._place.unexplained(row, visits))

    def _can_change(self, row: Row, visits: list[Visit]) -> bool:
        """Tell whether chance plays a part, and it is not plain yet on which side."""
        good, seen = self._place.good(row, visits)
        least, most = row[0].share
        return least < 1.0 and not (good == seen >= ENOUGH and most == 1.0)

    def _lines(self, row: Row, visits: list[Visit]) -> list[str]:
        good, seen = self._place.good(row, visits)
        wrong = [] if is_likely(good, seen, row[0].share) else [f"{good} of {seen} as told"]
        if row[0].share[0] and good:
            wrong += self._place.unexplained(row, visits)
        wrong += filter(None, [self._place.not_beyond(row, visits)])
        return [f"{self._place.told(row, visits)}: {line}" for line in wrong]


def watched(world: World, network: str, *, whole: bool = False) -> list[str]:
    """Give what is not as truth says in a network, in virtual time."""
    place = place_of(world, network)
    return Lab(world, fabric="virtual", network=network).play(lambda lab: Watch(lab, place, whole=whole).wrong())


@pytest.mark.parametrize(
    ("good", "share", "holds"),
    [
        (12, (1.0, 1.0), True),
        (11, (1.0, 1.0), False),
        (4, (0.7, 1.0), True),
        (3, (0.7, 1.0), True),
        (2, (0.7, 1.0), False),
        (12, (0.0, 0.5), False),
    ],
)
def test_a_count_is_held_against_the_share(good: int, share: tuple[float, float], holds: bool) -> None:
    assert is_likely(good, 12, share) is holds


@pytest.mark.parametrize("entry", OTHERWISE, ids=lambda entry: f"{entry.world} {entry.instead[0]}")
def test_what_shows_otherwise_still_does(entry: Otherwise, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that nothing needs any more would let something else pass."""
    monkeypatch.setattr(watching, "OTHERWISE", tuple(one for one in OTHERWISE if one != entry))
    whole = at_the_beginning(load(entry.world))
    rows = tuple(row for row in whole.truth if row.target in entry.targets)
    world = msgspec.structs.replace(whole, truth=rows)
    assert any(watched(world, network.name, whole=True) for network in whole.networks)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("turkey", {"target": "pirate.example", "state": "ok"}),
        ("open", {"target": "news.example", "state": "blocked", "step": "tls", "failure": "connection_reset"}),
        ("open", {"target": "news.example", "state": "blocked", "step": "dns"}),
        ("open", {"target": "files.example", "state": "blocked", "step": "http"}),
        ("open", {"target": "news.example", "url": "h3://news.example/", "state": "blocked", **QUIC_TIMEOUT}),
        ("iran", {"target": "twitter.example", "state": "blocked", "mechanisms": DNS_AND_QUIC, "step": "dns"}),
    ],
)
def test_truth_that_does_not_show_is_found_out(name: str, wrong: dict[str, Any]) -> None:
    row = msgspec.convert({"networks": ["a1"], **wrong}, Truth)
    world = msgspec.structs.replace(at_the_beginning(load(name)), truth=(row,))
    lines = watched(world, "a1")  # a line for each thing that is not as told, in each version of IP
    assert all(any(f" over IPv{family}" in line for line in lines) for family in (4, 6))


@pytest.mark.parametrize(
    ("name", "true", "told", "line"),
    [
        ("turkmenistan", "tls.reset.sni", "tls.reset", "sni_blocking: the arms differ"),
        ("turkmenistan", "tls.timeout", "tls.timeout.sni", "sni_blocking: the arms do not differ"),
        ("turkmenistan", "http.reset.host", "tcp.reset", "host_blocking: the arms differ"),
        ("tspu", "quic.timeout.version", "quic.timeout", "quic: the arms differ"),
        ("tspu", "quic.timeout.version", "quic.timeout.sni", "quic: the arms d"),
        ("tspu", "tls.freeze", "tls.throttle.sni", "throttling: the arms do not differ"),
    ],
)
def test_followups_that_show_otherwise_are_found_out(name: str, true: str, told: str, line: str) -> None:
    whole = at_the_beginning(load(name))
    network, row = next((where, row) for where, row in whole.truths() if row.mechanisms == (true,))
    world = msgspec.structs.replace(whole, truth=(msgspec.structs.replace(row, mechanisms=(told,)),))
    lines = watched(world, network)
    assert lines
    assert all(line in one for one in lines)


@pytest.mark.parametrize(("name", "network"), PLACES, ids=[":".join(place) for place in PLACES])
def test_every_row_shows_in_the_steps(name: str, network: str, pytestconfig: pytest.Config) -> None:
    whole = pytestconfig.getoption("--whole")
    assert watched(at_the_beginning(load(name)), network, whole=whole) == []
