"""Whether a client sees of a world what its truth says, in virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from tests.lab.client import Client, Fetched, StepError
from trigpoint.lab.fabrics.router import CONTROL, client_place
from trigpoint.lab.fabrics.virtual.fabric import VirtualFabric
from trigpoint.lab.log import Logged
from trigpoint.lab.services.hosts import start
from trigpoint.lab.world.world import OUTSIDE

if TYPE_CHECKING:
    from pathlib import Path

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.fabrics.stack import Stack
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.truth import Truth
    from trigpoint.lab.world.world import World

TRIES = 6
"""Where chance plays a part."""
SECONDS = 60.0
"""For each step; virtual time costs nothing."""
PAUSE = 400.0
"""After which residues are gone, and what resolvers remember."""
SLOW = 1.5
"""Seconds that a page needs at least where it is held to a rate."""
_LAYERS = {"ip": "tcp", "tcp": "tcp", "tls": "tls", "quic": "quic", "http": "http"}
_ORDER = ("ip", "tcp", "tls", "quic", "http")


def at_the_beginning(world: World) -> World:
    """Give a world as it is at lab time 0, for ever, with short residues."""
    censors = tuple(kept for entry in world.censors if (kept := _unscheduled(entry)))
    return msgspec.structs.replace(world, censors=censors, time_scale=0.1)


def _unscheduled(entry: dict[str, Any]) -> dict[str, Any] | None:
    windows = entry.get("schedule", {}).get("windows", ())
    if windows and not any(window["start"] == 0 for window in windows):
        return None
    return {key: value for key, value in entry.items() if key != "schedule" or not windows}


class Observer:
    """A client, and a control, in one network of one world."""

    def __init__(self, world: World, network: str, folder: Path) -> None:
        self.world = world
        self.network = network
        self.entries: list[Logged] = []
        self._folder = folder
        self.fabric = VirtualFabric(world, network=network, log=self._log)
        self._known: dict[tuple[str, int], Fetched] = {}

    def _log(self, network: str, event: Event) -> None:
        self.entries.append(Logged(network, event))

    def run(self) -> list[str]:
        """Observe every row of the network; gives a line for each that does not hold."""
        with asyncio.Runner(loop_factory=self.fabric.loop) as runner:
            return runner.run(self._observe())

    def stack(self, host: Host) -> Stack:
        """Give the sockets of a host's place."""
        return self.fabric.stack(CONTROL if host.role == "control" else host.network or OUTSIDE, host.addresses)

    async def _observe(self) -> list[str]:
        services = await start(self.world, self.stack, self._folder, self._log)
        self._bundle = services.bundle(self.network).decode()
        self._plain = services.bundle("").decode()
        try:
            own = self.world.network(self.network).client
            families = sorted({6 if ":" in address else 4 for address in own})
            rows = [row for network, row in self.world.truths() if network == self.network]
            return [
                f"{self.network} {row.address} over IPv{family}: {wrong}"
                for row in rows
                for family in families
                if family in row.families
                for wrong in await self._row(row, family)
            ]
        finally:
            await services.close()

    def _client(self, family: int, place: str, resolver: str, bundle: str) -> Client:
        addresses = self.world.host(resolver).addresses
        address = next(address for address in addresses if (":" in address) == (family == 6))
        return Client(self.fabric.stack(place), bundle, address, SECONDS)

    async def _row(self, row: Truth, family: int) -> list[str]:
        client = self._client(
            family, client_place(self.network), self.world.network(self.network).resolver, self._bundle
        )
        given = self._echo(row, family)
        wanted = await self._control(row, family)
        tries = TRIES if row.share != (1.0, 1.0) else 1
        seen = []
        for _ in range(tries):
            seen.append(await client.fetch(row.address, family, given))
            await asyncio.sleep(PAUSE)
        good = sum(shows(row, fetched, wanted, self.true(row, family)) for fetched in seen)
        wrong = []
        if not row.share[0] * tries - 1 < good < row.share[1] * tries + 1:
            wrong.append(f"{good} of {tries} as told; {[_short(fetched) for fetched in seen]}")
        return wrong + await self._beyond(client, row, family) + await self._public(client, row, family)

    async def _control(self, row: Truth, family: int) -> Fetched:
        key = (row.address, family)
        if key not in self._known:
            control = self._client(family, CONTROL, "pub-1", self._plain)
            self._known[key] = await control.fetch(row.address, family, self._echo(row, family))
        return self._known[key]

    async def _beyond(self, client: Client, row: Truth, family: int) -> list[str]:
        """Go to the true address, where a forged answer leads away from it."""
        layers = [node.split(".", 1)[0] for node in row.mechanisms]
        if "dns" not in layers or len(layers) == 1:
            return []
        is_quic = urlsplit(row.address).scheme == "h3"
        step = "quic" if is_quic else _LAYERS[next(layer for layer in _ORDER if layer in layers)]
        seen = []
        for _ in range(TRIES):
            seen.append(await client.fetch(row.address, family, self.true(row, family)))
            if seen[-1].step == step or "http" in layers:
                return []
            await asyncio.sleep(PAUSE)
        return [f"at its own address {step} was to fail; {[_short(fetched) for fetched in seen]}"]

    async def _public(self, client: Client, row: Truth, family: int) -> list[str]:
        """Ask a public resolver, where somebody answers in its name."""
        if "dns.interception" not in row.interference:
            return []
        public = next(a for a in self.world.host("pub-1").addresses if (":" in a) == (family == 6))
        try:
            answers = await client.resolve(row.target, family, public)
        except StepError:
            return []
        return [] if not set(answers[0]) & set(self.true(row, family)) else ["the public resolver answers truly"]

    def true(self, row: Truth, family: int) -> tuple[str, ...]:
        """Give the target's own addresses, for those outside first."""
        site = next((site for site in self.world.sites if row.target in site.names), None)
        names = self.world.targets()[row.target] if site is None else site.seen_from(OUTSIDE).hosts
        if site is not None:
            names = (*names, *site.seen_from(self.network).hosts)
        found = [address for name in names for address in self.world.host(name).addresses]
        return tuple(address for address in found if (":" in address) == (family == 6))

    def _echo(self, row: Truth, family: int) -> tuple[str, ...]:
        return self.true(row, family) if urlsplit(row.address).scheme == "tcp" else ()


def shows(row: Truth, fetched: Fetched, control: Fetched, true: tuple[str, ...]) -> bool:
    """Tell whether what was seen is what the row says."""
    if row.failure is not None:
        return (fetched.step, fetched.failure) == (row.step, row.failure)
    if row.step == "dns":
        return not set(fetched.addresses) & set(true) and (fetched.step != "dns" or fetched.failure == "dns_no_answer")
    if fetched.step:
        return False
    if row.step == "tls":
        return fetched.certificate != control.certificate
    if row.step == "http":
        return (fetched.status, fetched.location, fetched.body) != (control.status, control.location, control.body)
    is_slow = any("throttle" in node for node in row.interference) and urlsplit(row.address).scheme == "https"
    return fetched.seconds > SLOW if is_slow else True


def _short(fetched: Fetched) -> str:
    return f"{fetched.step or 'ok'} {fetched.failure or fetched.status} {fetched.seconds:.1f} s {fetched.answers[:2]}"
