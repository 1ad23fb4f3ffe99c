"""Whether a client sees of a world what its truth says, in a lab of either fabric."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from tests.lab.client import Client, Fetched, StepError
from trigpoint.lab.world.world import OUTSIDE

if TYPE_CHECKING:
    from trigpoint.lab.lab import Lab
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World

SLOW = 1.5
"""Seconds that a page needs at least where it is held to a rate."""
_MOST_TRIES = 20
_TRIES_BEYOND = 6
_LAYERS = {"ip": "tcp", "tcp": "tcp", "tls": "tls", "quic": "quic", "http": "http"}
_ORDER = ("ip", "tcp", "tls", "quic", "http")


class Manner(NamedTuple):
    """How a client observes."""

    seconds: float
    """It waits for a step that is to succeed."""
    short: float
    """It waits for a step that is to fail."""
    pause: float = 0.0
    """Between fetches."""
    tries: int = 0
    """Where chance plays a part. 0: until it shows once."""


IN_VIRTUAL_TIME = Manner(60.0, 60.0, 400.0, 6)
"""Time costs nothing: after the pause residues are gone, and what resolvers remember."""
IN_REAL_TIME = Manner(40.0, 3.0, 0.5)
"""No row may meet what another left behind: see :func:`tests.lab.worlds.rounds.parted`. Probers come in the pause."""


def at_the_beginning(world: World) -> World:
    """Give a world as it is at lab time 0, for ever, with short residues."""
    censors = tuple(kept for entry in world.censors if (kept := _unscheduled(entry)))
    return msgspec.structs.replace(world, censors=censors, time_scale=0.1)


def _unscheduled(entry: dict[str, Any]) -> dict[str, Any] | None:
    schedule = entry.get("schedule", {})
    windows, hours = schedule.get("windows", ()), schedule.get("diurnal", ())
    if windows and not any(window["start"] == 0 for window in windows):
        return None
    if hours:
        return {**entry, "schedule": {"diurnal": [hours[0]] * len(hours)}}
    return {key: value for key, value in entry.items() if key != "schedule"}


def rows_of(world: World, network: str) -> list[tuple[Truth, int]]:
    """Give what there is to observe in a network: rows, each with each family that the client has."""
    own = sorted({6 if ":" in address else 4 for address in world.network(network).client})
    rows = [row for where, row in world.truths() if where == network]
    return [(row, family) for row in rows for family in own if family in row.families]


def true_addresses(world: World, network: str, row: Truth, family: int) -> tuple[str, ...]:
    """Give the target's own addresses, for those outside first."""
    site = next((site for site in world.sites if row.target in site.names), None)
    names = world.targets()[row.target] if site is None else site.seen_from(OUTSIDE).hosts
    if site is not None:
        names = (*names, *site.seen_from(network).hosts)
    found = [address for name in names for address in world.host(name).addresses]
    return tuple(address for address in found if (":" in address) == (family == 6))


class Observer:
    """A client, and a control, in one network of a lab that stands."""

    def __init__(self, lab: Lab, manner: Manner) -> None:
        self._lab, self._manner = lab, manner
        self._known: dict[tuple[str, int], Fetched] = {}
        self._authorities = lab.bundle().read_text()

    async def see(self, row: Truth, family: int) -> list[str]:
        """Observe one row; gives a line for each thing that is not as it says."""
        client = self._client(family, _hurried(row))
        true = true_addresses(self._lab.world, self._lab.network, row, family)
        given = true if urlsplit(row.address).scheme == "tcp" else ()
        control = await self._control(row, family)
        seen: list[Fetched] = []
        good = 0
        for _ in range(self._tries(row)):
            seen.append(await client.fetch(row.address, family, given))
            good += shows(row, seen[-1], control, true)
            if good and not self._manner.tries:
                break
            await asyncio.sleep(self._manner.pause)
        wrong = []
        if not self._holds(row, good, len(seen)):
            wrong.append(f"{good} of {len(seen)} as told; {[_short(fetched) for fetched in seen]}")
        return wrong + await self._beyond(row, family, true) + await self._public(client, row, family, true)

    def _tries(self, row: Truth) -> int:
        least, most = row.share
        if least == most == 1.0:
            return 1
        return self._manner.tries or min(
            _MOST_TRIES, int(1 / (least or 1)) + 1
        )  # the first may bring what blocks later ones

    def _holds(self, row: Truth, good: int, tries: int) -> bool:
        least, most = row.share
        if self._manner.tries:
            return least * tries - 1 < good < most * tries + 1
        return good > 0 or not least

    def _client(self, family: int, hurried: frozenset[str]) -> Client:
        resolver = self._address(self._lab.world.network(self._lab.network).resolver, family)
        patience = dict.fromkeys(hurried, self._manner.short)
        return Client(self._lab.client(), self._authorities, resolver, self._manner.seconds, patience)

    def _address(self, host: str, family: int) -> str:
        addresses = self._lab.world.host(host).addresses
        return next(address for address in addresses if (":" in address) == (family == 6))

    async def _control(self, row: Truth, family: int) -> Fetched | None:
        """Fetch what was meant, where it matters: where something is forged that is not an address."""
        if row.failure is not None or row.step not in {"tls", "http"}:
            return None
        return await self._from_outside(row, family)

    async def _from_outside(self, row: Truth, family: int) -> Fetched:
        key = (row.address, family)
        if key not in self._known:
            resolver = self._address("pub-1", family)
            control = Client(self._lab.control(), self._authorities, resolver, self._manner.seconds)
            self._known[key] = await control.fetch(row.address, family)
        return self._known[key]

    async def _beyond(self, row: Truth, family: int, true: tuple[str, ...]) -> list[str]:
        """Go to the true address, where a forged answer leads away from it."""
        layers = [node.split(".", 1)[0] for node in row.mechanisms]
        if "dns" not in layers or len(layers) == 1:
            return []
        is_quic = urlsplit(row.address).scheme == "h3"
        step = "quic" if is_quic else _LAYERS[next(layer for layer in _ORDER if layer in layers)]
        control = await self._from_outside(row, family) if step == "http" else None
        wrong = await self._fails(row, family, step, true, control)
        if self._manner.tries and step in {"ip", "tcp"} and "tls" in layers:
            # the name is met wherever it is asked for; in real time a residue there would be met by other rows
            other = self._address("web-1", family)
            wrong += await self._fails(row, family, "tls", (other,))
        return wrong

    async def _fails(
        self, row: Truth, family: int, step: str, at: tuple[str, ...], control: Fetched | None = None
    ) -> list[str]:
        """Go to an address, where a step must fail, or with a control what is fetched must be another."""
        client = self._client(family, frozenset({step}))
        seen = []
        for _ in range(self._manner.tries or _TRIES_BEYOND):
            seen.append(await client.fetch(row.address, family, at))
            has_failed = seen[-1].step == step and not (seen[-1].failure or "").startswith("ssl_")
            if has_failed or (control and not seen[-1].step and _page(seen[-1]) != _page(control)):
                return []
            await asyncio.sleep(self._manner.pause)
        return [f"at {at[0]} {step} was to fail; {[_short(fetched) for fetched in seen]}"]

    async def _public(self, client: Client, row: Truth, family: int, true: tuple[str, ...]) -> list[str]:
        """Ask a public resolver, where somebody answers in its name."""
        if "dns.interception" not in row.interference:
            return []
        try:
            answers = await client.resolve(row.target, family, self._address("pub-1", family))
        except StepError:
            return []
        return [] if not set(answers[0]) & set(true) else ["the public resolver answers truly"]


def _hurried(row: Truth) -> frozenset[str]:
    """Give the steps for which nobody waits long: those that time out, and those after a forged answer."""
    if not row.share[0]:
        return frozenset({"dns", *_ORDER})
    if row.step == "dns" and row.failure is None:
        return frozenset(_ORDER)
    return frozenset({row.step} if row.failure == "generic_timeout_error" else ())


def shows(row: Truth, fetched: Fetched, control: Fetched | None, true: tuple[str, ...]) -> bool:
    """Tell whether what was seen is what the row says."""
    if row.failure is not None:
        return (fetched.step, fetched.failure) == (row.step, row.failure)
    if row.step == "dns":
        return not set(fetched.addresses) & set(true) and (fetched.step != "dns" or fetched.failure == "dns_no_answer")
    if fetched.step:
        return False
    if control and row.step == "tls":
        return fetched.certificate != control.certificate
    if control and row.step == "http":
        return _page(fetched) != _page(control)
    is_slow = any("throttle" in node for node in row.interference) and urlsplit(row.address).scheme == "https"
    return fetched.seconds > SLOW if is_slow else True


def _page(fetched: Fetched) -> tuple[int, str, bytes]:
    return fetched.status, fetched.location, fetched.body


def _short(fetched: Fetched) -> str:
    return f"{fetched.step or 'ok'} {fetched.failure or fetched.status} {fetched.seconds:.1f} s {fetched.answers[:2]}"
