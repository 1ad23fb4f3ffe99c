"""The virtual fabric with everything that its hosts run."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from trigpoint.lab.capture import Capture
from trigpoint.lab.fabrics.acts import Acts
from trigpoint.lab.fabrics.bundles import write_bundles
from trigpoint.lab.fabrics.folders import make_folder, remove_folder
from trigpoint.lab.fabrics.router import since
from trigpoint.lab.fabrics.spots import CONTROL, client_place
from trigpoint.lab.fabrics.virtual.clock import START_SECONDS
from trigpoint.lab.fabrics.virtual.fabric import VirtualFabric
from trigpoint.lab.services.hosts import start
from trigpoint.lab.world.world import OUTSIDE

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.fabrics.virtual.loop import VirtualLoop
    from trigpoint.lab.fabrics.virtual.stack import VirtualStack
    from trigpoint.lab.services.hosts import Services
    from trigpoint.lab.world.place import Host
    from trigpoint.lab.world.world import World


class HostedFabric:
    """A world in memory, with its services between :meth:`start` and :meth:`close`, which run on its loop.

    Args:
        world: which.
        network: the access network whose client is meant where no place is named. Empty: the first.
        seed: of every draw.
        capture: file for the packets at the edge of that network's client.
        started: what the machine's clock shows when the lab's time begins, in whole seconds since 1970-01-01 UTC.
            Missing: what it does show.

    Raises:
        InputError: there is no such network.

    """

    def __init__(
        self,
        world: World,
        *,
        network: str = "",
        seed: int = 0,
        capture: Path | None = None,
        started: float | None = None,
    ) -> None:
        access = world.network(network)
        self._world = world
        self._network = access.name
        self._beginning = int(time.time() if started is None else started) - access.clock_ahead_seconds
        self._acts = Acts()
        self._seed = seed
        self._file = capture
        self._capture: Capture | None = None
        self._services: Services | None = None
        self._folder: Path | None = None
        self.bundles: Mapping[str, str] = {}
        """For each place, the file of the certificate authorities that are trusted there, while it stands."""

    @cached_property
    def _fabric(self) -> VirtualFabric:
        """Made when it is needed first: a loop that nobody runs is never closed."""
        captured = self._captured if self._file else None
        return VirtualFabric(self._world, network=self._network, seed=self._seed, log=self._note, capture=captured)

    def loop(self) -> VirtualLoop:
        """Give the loop on which it lives, always the same."""
        return self._fabric.loop()

    def lives_on(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Tell whether a loop is its own; none is made for the question."""
        return "_fabric" in self.__dict__ and self.loop() is loop

    async def start(self) -> None:
        """Begin all services.

        Raises:
            OSError: the file of the capture or another cannot be written.

        """
        self._capture = Capture(self._file) if self._file else None
        self._folder = make_folder()
        log = since(START_SECONDS, self._note)
        stacks, folder, seed = self._stack_of, self._folder, self._seed
        self._services = await start(self._world, stacks, folder, log, seed=seed, keys="ed25519", clock=self._clock)
        folders = {place: self._folder / str(number) for number, place in enumerate(self._fabric.places)}
        for folder in folders.values():
            folder.mkdir()
        self.bundles = write_bundles(self._services.bundle, folders)

    async def close(self) -> None:
        """End all services; a second time nothing happens.

        Raises:
            OSError: the capture could not be written.

        """
        if self._services:
            await self._services.close()
            self._services = None
        if self._folder:
            remove_folder(self._folder)
        if self._capture:
            self._capture.close()

    def stack(self, place: str = "") -> VirtualStack:
        """Give the sockets of a place. Empty: the client.

        Raises:
            KeyError: there is no such place.

        """
        return self._fabric.stack(place or client_place(self._network))

    def at(self, place: str = "") -> AbstractContextManager[None]:
        """Be in a place: what a program starts there belongs to it. Empty: the client."""
        return self._fabric.at(place or client_place(self._network))

    def reattach(self, network: str) -> None:
        """Attach the client of a network anew: see :meth:`trigpoint.lab.lab.Lab.reattach`."""
        self._fabric.reattach(network)

    def bundle(self, place: str = "") -> str:
        """Give the file of the authorities that are trusted in a place, while it stands. Empty: the client's."""
        return self.bundles[place or client_place(self._network)]

    def events(self) -> tuple[tuple[str, Event], ...]:
        """Give all acts until now, each with the name of the network in which it happened."""
        return self._acts.all()

    @property
    def lost(self) -> int:
        """How many acts there were besides those of :meth:`events`."""
        return self._acts.lost

    def _stack_of(self, host: Host) -> VirtualStack:
        return self._fabric.stack(CONTROL if host.role == "control" else host.network or OUTSIDE, host.addresses)

    def _clock(self) -> float:
        """Give what the clocks of all hosts show."""
        return self._beginning + self.loop().time() - START_SECONDS

    def _note(self, network: str, event: Event) -> None:
        self._acts.add(network, event)

    def _captured(self, network: str, at: float, packet: bytes) -> None:
        if self._capture and network == self._network:
            self._capture.add(at, packet)
