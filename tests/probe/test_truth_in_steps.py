"""Every row of every world's truth shows in the steps that the probe writes down, in both families."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from math import comb
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.lab.client import Client, Fetched
from tests.lab.worlds.observing import IN_VIRTUAL_TIME, at_the_beginning, rows_of, shows, true_addresses
from tests.probe.sightings import first_failures, sightings
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load, names
from trigpoint.lab.world.truth import Truth
from trigpoint.probe.run import measure
from trigpoint.rehearsal import jobs_in, session_in, virtual_wall

if TYPE_CHECKING:
    from trigpoint.probe.run import Job, Measured

PLACES = [(name, network.name) for name in names() for network in load(name).networks]
TRIES, TRIES_BEYOND = 8, 6
QUIC_TIMEOUT = {"step": "quic", "failure": "generic_timeout_error"}
DNS_AND_QUIC = ["dns.injection.bogon", "quic.timeout.sni"]
UNLIKELY = 1e-3
"""Chance below which a count of tries is not what the row says."""
BEYOND = {"ip": {"tcp"}, "tcp": {"tcp"}, "tls": {"tls"}, "quic": {"quic", "http"}}
"""Steps that fail at the true address, behind a forged answer, by the layer of a mechanism. A client's side of a
handshake over QUIC can be over when a filter that lets its trigger pass begins to drop: then it is the page."""
TOO_SLOW = {("tls", "generic_timeout_error"), ("http", "generic_timeout_error")}
OTHERWISE: dict[tuple[str, str], tuple[set[tuple[str, str]], str]] = {
    **dict.fromkeys(
        [("turkey", f"{name}.example") for name in ("instagram", "facebook", "whatsapp", "twitter", "youtube")],
        (TOO_SLOW, "at that rate handshake or page take longer than 10 s, which is all that a probe waits for each"),
    ),
    ("flaky-network", "slow.example"): (TOO_SLOW, "it thinks for 20 s; a probe waits 10 s for a page"),
    ("server-geoblock", "mil.example"): (
        {("dns", "dns_temporary_failure")},
        "the system's resolver gives one code for refusals and failures (getaddrinfo, EAI_AGAIN)",
    ),
}
"""Rows that show otherwise to a probe than to a patient client: steps and failures that show instead, and why."""


class Watch:
    """The measurements of a network, and what a page is like from outside."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        session = session_in(lab.world, lab.network, lab.bundle(), wall=virtual_wall(time.time()))
        self._session = msgspec.structs.replace(
            session, tiers=frozenset({0, 1})
        )  # no ladders: what sites show is enough
        self._known: dict[tuple[str, int], Fetched] = {}

    async def rows(self) -> list[str]:
        """Measure what truth speaks of; gives a line for each row that does not show."""
        lab = self._lab
        rows = defaultdict(list)
        for row, family in rows_of(lab.world, lab.network):
            rows[row.address].append((row, family))
        addresses = dict.fromkeys(row.address for where, row in lab.truth if where == lab.network)
        wrong = []
        for address, job in zip(addresses, jobs_in(lab.world, lab.network), strict=True):
            made = [await self._made(job) for _ in range(max((_tries(row) for row, _ in rows[address]), default=0))]
            for row, family in rows[address]:
                wrong += [
                    f"{address} over IPv{family}: {reason}"
                    for reason in (
                        await self._missed(row, family, made),
                        await self._not_beyond(row, family, made, job),
                    )
                    if reason
                ]
        return wrong

    async def _made(self, job: Job) -> Measured:
        made = await measure(self._session, job)
        await asyncio.sleep(IN_VIRTUAL_TIME.pause)
        return made

    async def _missed(self, row: Truth, family: int, made: list[Measured]) -> str:
        """Say in which way a row does not show. Empty: it does."""
        true = true_addresses(self._lab.world, self._lab.network, row, family)
        control = await self._control(row, family)
        seen = [one for measured in made[: _tries(row)] for one in sightings(measured, row, family)]
        good = sum(_shows(self._lab.world.name, row, one, control, true) for one in seen)
        if is_likely(good, len(seen), row.share):
            return ""
        told = [f"{one.step or 'ok'} {one.failure or one.status} {one.addresses[:2]}" for one in seen]
        return f"{row.step or 'ok'} {row.failure}: {good} of {len(seen)}; {told}"

    async def _not_beyond(self, row: Truth, family: int, made: list[Measured], job: Job) -> str:
        """Say that the true address works where it should not, behind a forged answer. Empty: it fails there."""
        layers = [node.split(".", 1)[0] for node in row.mechanisms]
        wanted = set().union(*(BEYOND.get(layer, set()) for layer in layers))
        if "dns" not in layers or not wanted or "http" in layers:
            return ""
        true = true_addresses(self._lab.world, self._lab.network, row, family)
        seen: set[str] = set()
        for measured in [*made, *[None] * TRIES_BEYOND]:
            again = measured or await self._made(job)
            if again.keys["control_failure"] is not None:
                return ""  # where nobody outside can be asked, a probe knows no address but the forged one
            seen |= first_failures(again.measuring.diary, row, true)
            if wanted & seen:
                return ""
        return f"at its own address one of {wanted} was to fail; {seen}"

    async def _control(self, row: Truth, family: int) -> Fetched | None:
        """Fetch what was meant, where it matters: where something is forged that is not an address."""
        if row.failure is not None or row.step not in {"tls", "http"}:
            return None
        key = (row.address, family)
        if key not in self._known:
            resolvers = self._lab.world.host("pub-1").addresses
            resolver = next(address for address in resolvers if (":" in address) == (family == 6))
            client = Client(self._lab.control(), self._lab.bundle().read_text(), resolver)
            self._known[key] = await client.fetch(row.address, family)
        return self._known[key]


def _tries(row: Truth) -> int:
    return 1 if row.share == (1.0, 1.0) else TRIES


def _shows(world: str, row: Truth, seen: Fetched, control: Fetched | None, true: tuple[str, ...]) -> bool:
    instead, _ = OTHERWISE.get((world, row.target), (set(), ""))
    return shows(row, seen, control, true) or (seen.step, seen.failure) in instead


def is_likely(good: int, tries: int, share: tuple[float, float]) -> bool:
    """Tell whether so many of some tries can be, where each is good with a chance between two."""
    least, most = share
    fewer = sum(comb(tries, count) * least**count * (1 - least) ** (tries - count) for count in range(good + 1))
    more = sum(comb(tries, count) * most**count * (1 - most) ** (tries - count) for count in range(good, tries + 1))
    return tries > 0 and min(fewer, more) > UNLIKELY


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


def test_what_shows_otherwise_is_in_the_worlds() -> None:
    assert all(target in load(world).targets() for world, target in OTHERWISE)


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
    lab = Lab(world, fabric="virtual", network="a1")
    assert len(lab.play(lambda running: Watch(running).rows())) == 2


@pytest.mark.parametrize(("name", "network"), PLACES, ids=[":".join(place) for place in PLACES])
def test_every_row_shows_in_the_steps(name: str, network: str) -> None:
    lab = Lab(at_the_beginning(load(name)), fabric="virtual", network=network)
    assert lab.play(lambda running: Watch(running).rows()) == []
