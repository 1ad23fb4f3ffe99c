"""Whether measurements show what truth says: each row's first failure, and what its follow-ups make of it."""

from __future__ import annotations

from collections import defaultdict
from math import comb
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from tests.lab.client import Client
from tests.lab.worlds.observing import at_the_beginning, rows_of, shows, true_addresses
from tests.probe.explained import unexplained
from tests.probe.sightings import Reading, arm_of, as_recorded, first_failures, sightings
from trigpoint.lab.lab import Lab
from trigpoint.rehearsal import jobs_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.lab.client import Fetched
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World
    from trigpoint.probe.run import Job

UNLIKELY = 1e-3
"""Chance below which a count of tries is not what the row says."""
TRIES = 8
"""Where chance plays a part, if it cannot be told before."""
ENOUGH = 3
"""Tries that all show what mostly shows, after which nobody need go on."""
BEYOND = {"ip": {"tcp"}, "tcp": {"tcp"}, "tls": {"tls"}, "quic": {"quic", "http"}}
"""Steps that fail at the true address, behind a forged answer, by the layer of a mechanism. A client's side of a
handshake over QUIC can be over when a filter that lets its trigger pass begins to drop: then it is the page."""


class Otherwise(NamedTuple):
    """Rows that show otherwise to a probe than to a patient client."""

    world: str
    targets: frozenset[str]
    instead: tuple[str, str]
    """Step and failure that show."""
    why: str


OTHERWISE = (
    Otherwise(
        "turkey",
        frozenset(f"{name}.example" for name in ("instagram", "facebook", "whatsapp", "twitter", "youtube")),
        ("tls", "generic_timeout_error"),
        "packets are late and some are lost: now and then a handshake takes longer than the 10 s that a probe waits",
    ),
    Otherwise(
        "server-geoblock",
        frozenset({"mil.example"}),
        ("dns", "dns_temporary_failure"),
        "the system's resolver gives one code for refusals and failures (getaddrinfo, EAI_AGAIN)",
    ),
)
"""A test says so when nothing needs one of them any more."""

Row = tuple["Truth", int]
"""A row, and a family."""
Kind = tuple[Any, ...]
"""What two rows share whose follow-ups would show the same."""


def kind_of(job: Job, row: Truth) -> Kind:
    """Give the kind of interference that a row tells of, seen by a nettest."""
    scheme = urlsplit(row.address).scheme
    return (job.nettest, scheme, row.mechanisms, row.interference, row.step, row.failure, row.share)


def kinds_of(world: World, network: str) -> set[Kind]:
    """Give the kinds of interference that a network of a world has."""
    subjects = Place(at_the_beginning(world), network, {}).subjects()
    return {kind_of(job, truth) for job, rows in subjects for truth, _ in rows}


class Visit(NamedTuple):
    """A measurement that was planned, and those that follow it."""

    made: Reading
    followed: tuple[Reading, ...] = ()


class Place(NamedTuple):
    """A network of a world, and what its pages are like from outside."""

    world: World
    network: str
    controls: dict[tuple[str, int], Fetched]

    def subjects(self) -> Iterator[tuple[Job, list[Row]]]:
        """Give what is measured, each with the rows that speak of it."""
        rows = defaultdict(list)
        for row in rows_of(self.world, self.network):
            rows[row[0].address].append(row)
        addresses = dict.fromkeys(row.address for where, row in self.world.truths() if where == self.network)
        for address, job in zip(addresses, jobs_in(self.world, self.network), strict=True):
            if rows[address]:
                yield job, rows[address]

    def good(self, row: Row, visits: Iterable[Visit]) -> tuple[int, int]:
        """Count in how many sightings, of how many, a row shows."""
        seen = [one for visit in visits for one in sightings(visit.made, *row)]
        return sum(self._shows(row, one) for one in seen), len(seen)

    def _shows(self, row: Row, seen: Fetched) -> bool:
        instead = [one.instead for one in OTHERWISE if one.world == self.world.name and row[0].target in one.targets]
        true, control = true_addresses(self.world, self.network, *row), self.controls.get((row[0].address, row[1]))
        return shows(row[0], seen, control, true) or (seen.step, seen.failure) in instead

    def unexplained(self, row: Row, visits: Iterable[Visit]) -> list[str]:
        """Give what follow-ups show otherwise than truth says; nothing, if those of one visit show it."""
        told = [unexplained(*row, visit.made, visit.followed) for visit in visits if visit.followed or _has_arms(visit)]
        return min(told, key=len, default=[])

    def not_beyond(self, row: Row, visits: Iterable[Visit]) -> str:
        """Say that the true address works where it should not, behind a forged answer. Empty: it fails there."""
        layers = [node.split(".", 1)[0] for node in row[0].mechanisms]
        wanted = set().union(*(BEYOND.get(layer, set()) for layer in layers))
        if "dns" not in layers or not wanted or "http" in layers:
            return ""
        true, seen = true_addresses(self.world, self.network, *row), set()
        for visit in visits:
            if visit.made.measurement.control_failure:
                return ""  # where nobody outside can be asked, a probe knows no address but the forged one
            seen |= first_failures(visit.made, row[0], true)
        return "" if wanted & seen else f"at its own address one of {wanted} was to fail; {seen}"

    def told(self, row: Row, visits: Iterable[Visit]) -> str:
        """Write down what was seen of a row, for people."""
        seen = [one for visit in visits for one in sightings(visit.made, *row)]
        short = [f"{one.step or 'ok'} {one.failure or one.status} {one.addresses[:2]}" for one in seen]
        truth, family = row
        return f"{truth.address} over IPv{family}, {truth.step or 'ok'} {truth.failure}: {short}"


def _has_arms(visit: Visit) -> bool:
    return any(arm_of(step) for step in visit.made.steps)


def place_of(world: World, network: str) -> Place:
    """Look from outside at what is forged inside, where it is no address; in virtual time, which costs nothing."""
    rows = [row for row in rows_of(world, network) if row[0].failure is None and row[0].step in {"tls", "http"}]
    if not rows:
        return Place(world, network, {})

    async def fetched(lab: Lab) -> dict[tuple[str, int], Fetched]:
        resolvers, authorities = world.host("pub-1").addresses, lab.bundle().read_text()
        found = {}
        for row, family in rows:
            resolver = next(address for address in resolvers if (":" in address) == (family == 6))
            page = await Client(lab.control(), authorities, resolver).fetch(row.address, family)
            found[row.address, family] = as_recorded(page)
        return found

    return Place(world, network, Lab(world, fabric="virtual", network=network).play(fetched))


def is_likely(good: int, tries: int, share: tuple[float, float]) -> bool:
    """Tell whether so many of some tries can be, where each is good with a chance between two."""
    least, most = share
    fewer = sum(comb(tries, count) * least**count * (1 - least) ** (tries - count) for count in range(good + 1))
    more = sum(comb(tries, count) * most**count * (1 - most) ** (tries - count) for count in range(good, tries + 1))
    return tries > 0 and min(fewer, more) > UNLIKELY
