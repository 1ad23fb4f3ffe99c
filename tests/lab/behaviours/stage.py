"""The world in which all cases of the census have their parts, and how they are played there."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tests.lab.behaviours.cases import RESOLVER, WEB, Case, Seen, Visit, host
from tests.lab.behaviours.detours import DIVERTED, WHOLE_NETWORKS
from tests.lab.behaviours.failing import FAILING, HOSTS
from tests.lab.behaviours.filters import BY_ADDRESS, BY_NAME
from tests.lab.behaviours.visits import DATAGRAMS, Visitor
from trigpoint.lab.world.world import World, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trigpoint.lab.lab import Lab

CASES = (*BY_NAME, *BY_ADDRESS, *DIVERTED, *WHOLE_NETWORKS, *FAILING)
NETWORKS = {"a1": "192.0.2.2", "a2": "192.0.2.66", "a3": "192.0.2.130", "a4": "192.0.2.194"}
DELAYS = {"link": {"delay_ms": 0.2}, "inside_ms": 0.5, "outside_ms": 1.0}
PATIENT = 15.0  # seconds, for what must come
BASE: tuple[dict[str, Any], ...] = (
    host(WEB, 10),
    host("exempt", 11),
    host("authority", 53, authority=True),
    host(RESOLVER, 54, resolver={"name": "dns.public.example", "transports": ["udp", "tcp", "dot", "doh"]}),
    {"name": "control", "addresses": ["198.18.0.2", "2001:db8:c::2"], "role": "control"},
    {"name": "isp-dns", "network": "a1", "addresses": ["192.0.2.53", "2001:db8:a1::53"], "resolver": {}},
)
_SCHEMES = {"https", "http", "h3"}
_SITE_SCHEMES = ["http", "https", "h3"]


@cache
def world(*, is_free: bool = False, vacant: int = 0) -> World:
    """Make the world of all cases.

    Args:
        is_free: without any censor.
        vacant: number of a host besides, named ``real``, on which nothing listens. 0: none.

    """
    hosts = {entry["name"]: entry for entry in (*BASE, *HOSTS, *(more for case in CASES for more in case.hosts))}
    if vacant:
        hosts["real"] = host("real", vacant)
    tables = {
        "name": "census",
        "title": "census",
        "meaning": "Everything at once, each on a name or a host of its own.",
        "country": "XA",
        "network": [
            {
                "name": name,
                "asn": 64_501,
                "client": [address, f"2001:db8:{name}::2"],
                "resolver": "isp-dns",
                "trusts": ["proxy"],
                **DELAYS,
            }
            for name, address in NETWORKS.items()
        ],
        "host": list(hosts.values()),
        "site": [*sites(), {"name": "aliased.example", "hosts": [WEB], "aliases": ["www.aliased.example"]}],
        "record": [
            {"name": name, "type": "TXT", "value": "x" * size}
            for name, size in (("medium.example", 900), ("large.example", 2_000))
        ],
        "censor": [] if is_free else [entry(case) for case in CASES if case.censor is not None],
    }
    made = msgspec.convert(tables, World)
    check(made)
    return made


def entry(case: Case) -> dict[str, Any]:
    """Give the censor of a case as worlds have it."""
    return {
        "id": case.identifier,
        "behaviour": case.behaviour,
        "networks": [case.network],
        **(case.censor or {}),
    }


def sites() -> list[dict[str, Any]]:
    """Give every site that somebody visits or asks for."""
    found: dict[str, dict[str, Any]] = {entry["name"]: dict(entry) for case in CASES for entry in case.sites}
    for visit in (visit for case in CASES for visit in (case.guilty, case.innocent)):
        scheme, _, rest = visit.url.partition("://")
        name = rest.partition("/")[0]
        is_web = scheme in _SCHEMES and not name.startswith(("doh.", "nobody."))
        if is_web or (scheme.startswith("dns") and name != "nobody.example"):
            at = visit.host if is_web else WEB
            known = found.setdefault(name, {"name": name, "hosts": [at], "schemes": _SITE_SCHEMES})
            if is_web and at != known["hosts"][0] and not visit.host.startswith("notice"):
                known["hosts"] = [at]
    return list(found.values())


class Played(NamedTuple):
    """What was seen when a case was played once, in one family."""

    case: Case
    family: int
    guilty: tuple[Seen, Seen]
    """Alone; and while the innocent went beside it."""
    innocent: tuple[Seen, Seen]
    beyond: Seen | None
    """What the control saw where the guilty went. None: of what nobody's censor does."""


class Stage:
    """Plays cases in a lab that runs.

    Args:
        lab: which, of the world above.
        hasty: seconds that a client waits for what cannot come.
        at_once: how many cases are played at the same time.
        authorities: what clients trust, PEM. Empty: what their networks' do.

    """

    def __init__(self, lab: Lab, hasty: float, at_once: int, authorities: str = "") -> None:
        self._lab, self._hasty = lab, hasty
        self._room = asyncio.Semaphore(at_once)
        self._authorities = {name: authorities or lab.bundle(name).read_text() for name in NETWORKS}

    async def play(self, cases: Sequence[Case] = CASES) -> list[Played]:
        """Play cases, in all their families."""
        plays = [self._play(case, family) for case in cases for family in case.families]
        return list(await asyncio.gather(*plays))

    async def _play(self, case: Case, family: int) -> Played:
        async with self._room:
            first, second = await self._guilty(case, family), await self._innocent(case, family)
            third, fourth = await asyncio.gather(self._guilty(case, family), self._innocent(case, family))
            beyond = await self._control(case, family) if case.censor is not None else None
        return Played(case, family, (first, third), (second, fourth), beyond)

    async def _control(self, case: Case, family: int) -> Seen:
        return await self.visit(case.guilty._replace(place="control"), family, case.network, PATIENT)

    async def _guilty(self, case: Case, family: int) -> Seen:
        seconds = self._hasty if case.effect.failure == "generic_timeout_error" else PATIENT
        window = 1.2 if len(case.effect.answers or ()) > 1 else 0.25
        return await self.visit(case.guilty, family, case.network, seconds, window)

    async def _innocent(self, case: Case, family: int) -> Seen:
        return await self.visit(case.innocent, family, case.network, PATIENT)

    async def visit(self, visit: Visit, family: int, network: str, seconds: float, window: float = 0.25) -> Seen:
        """Make one visit."""
        stack = self._lab.control() if visit.place == "control" else self._lab.client(network)
        address = address_of(self._lab.world, visit, family)
        return await Visitor(stack, self._authorities[network], seconds).visit(visit.url, address, window)


def address_of(world: World, visit: Visit, family: int) -> str:
    """Say where a visit goes."""
    wanted = (visit.family or family) == 6
    return next(each for each in world.host(visit.host).addresses if (":" in each) == wanted)


def harm(visit: Visit, seen: Seen) -> list[str]:
    """Say what an innocent client has noticed."""
    if seen.failure or seen.step:
        return [f"{visit.url} failed: {seen.step} {seen.failure}"]
    scheme, _, rest = visit.url.partition("://")
    name, _, path = rest.partition("/")
    if scheme in _SCHEMES:
        size = int(path.partition("/")[2] or 0)
        words = b"elsewhere" if path.startswith("dns-query") else name.encode()
        is_page = len(seen.body) == size if size else words in seen.body
        return [] if seen.status == 200 and is_page else [f"{visit.url}: {seen.status} {seen.body[:200]!r}"]
    if scheme in {"dns", "dns-tcp"}:
        return [] if len(seen.answers) == 1 and seen.answers[0] else [f"{visit.url}: {seen.answers}"]
    if scheme == "udp":
        return [] if seen.echoed == DATAGRAMS else [f"{visit.url}: {seen.echoed} datagrams came back"]
    return [] if seen.body else [f"{visit.url}: nothing"]
