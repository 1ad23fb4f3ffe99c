"""The kernel fabric as the rest of the lab sees it: a world on real sockets, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.acts import Acts
from trigpoint.lab.fabrics.environment import environment
from trigpoint.lab.fabrics.kernel import messages
from trigpoint.lab.fabrics.kernel.launch import Launch
from trigpoint.lab.fabrics.kernel.program import Program
from trigpoint.lab.fabrics.kernel.stack import KernelStack
from trigpoint.lab.fabrics.spots import client_place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.fabrics.kernel.place import Wiring
    from trigpoint.lab.fabrics.kernel.sockets import Wanted
    from trigpoint.lab.world.world import World
    from trigpoint.net.serve.running import Address

_SECONDS_BETWEEN = 0.02  # between news of acts and the question for them, so that one page has many
_HAS_NOT_BEGUN = "the lab has not been started"


class KernelFabric:
    """A world on kernel sockets, between :meth:`start` and :meth:`close`; ``async with`` does both.

    Args:
        world: which.
        network: the access network whose client is meant where no place is named. Empty: the first.
        seed: of every draw.
        log: takes each act soon after it happened, with the name of the network in which it did.
        capture: file for the packets at the edge of that network's client.
        wiring: ``tun`` or ``veth``. Empty: the better that this machine has.
        services: function that starts what hosts run, as ``module:name``. Empty: they run nothing.

    Raises:
        InputError: there is no such network.

    """

    def __init__(  # noqa: PLR0913 - one lab is all of these
        self,
        world: World,
        *,
        network: str = "",
        seed: int = 0,
        log: Callable[[str, Event], None] | None = None,
        capture: Path | None = None,
        wiring: Wiring | None = None,
        services: str = messages.SERVICES,
    ) -> None:
        access = world.network(network)
        self._network = access.name
        self._log = log
        self._plan = messages.Plan(
            world,
            seed=seed,
            wiring=wiring or "",
            capture=str(Path(capture).absolute()) if capture else "",
            captured=self._network,
            behind_seconds=access.clock_ahead_seconds,
            services=services,
        )
        self._launch: Launch | None = None
        self._acts = Acts()
        self._next_act = 0
        self._missed = 0
        self._programs: dict[int, Program] = {}
        self._numbers = count(1)
        self.wiring = ""
        """What wires are, once it stands: ``tun`` or ``veth``."""
        self.bundles: Mapping[str, str] = {}
        """For each place, the file of the certificate authorities that are trusted there, while it stands."""

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take everything down."""
        await self.close()

    async def start(self) -> None:
        """Build the lab.

        Raises:
            LabError: it cannot be built. One sentence says why.
            OSError: the kernel does not allow something, or a file cannot be written.

        """
        self._launch = Launch(self._plan, self._hear)
        try:
            ready = await self._launch.ready()
        except BaseException:
            await self._launch.close()
            raise
        self.wiring, self.bundles = ready.wiring, ready.bundles

    async def close(self) -> None:
        """Take everything down, programs included; a second time nothing happens.

        Raises:
            OSError: the capture could not be written.

        """
        if self._launch is None:
            return
        with suppress(LabError):
            self._collect()
        launch, self._launch = self._launch, None
        await launch.close()

    def stack(self, place: str = "") -> KernelStack:
        """Give the sockets of a place to code of this process.

        Args:
            place: such as ``outside``. Empty: the client.

        """
        name = self._name(place)

        async def make(wanted: Wanted) -> socket.socket:
            _, descriptor = await self._begun().channel.ask(messages.Open(name, wanted))
            return socket.socket(fileno=-1 if descriptor is None else descriptor)

        def original(peer: Address, local: Address, transport: str) -> Address | None:
            found: Address | None = self._begun().channel.ask_now(messages.Original(peer, local, transport)).address
            return found

        return KernelStack(make, original)

    def reattach(self, network: str) -> None:
        """Attach the client of a network anew: see :meth:`trigpoint.lab.lab.Lab.reattach`."""
        self._begun().channel.ask_now(messages.Reattach(network))

    async def program(
        self,
        place: str,
        arguments: Sequence[str],
        *,
        variables: Mapping[str, str] | None = None,
        folder: Path | None = None,
        streams: tuple[int | None, int | None, int | None] = (None, None, None),
    ) -> Program:
        """Start a program in a place.

        Args:
            place: such as ``control``. Empty: the client.
            arguments: the program, and its arguments.
            variables: of its environment, besides our own.
            folder: in which it begins. None: ours.
            streams: descriptors of its standard input, output and error. None: ours.

        Raises:
            OSError: there is no such program, or it may not be started.
            LabError: the lab refuses, or has ended.

        """
        name = self._name(place)
        launch = self._begun()
        number = next(self._numbers)
        settings = environment(os.environ, self.bundles.get(name, ""), variables or {})
        asked = messages.Run(
            number,
            name,
            tuple(map(os.fsencode, arguments)),
            {os.fsencode(variable): os.fsencode(value) for variable, value in settings.items()},
            os.fsencode(folder or Path.cwd()),
        )
        started = self._programs[number] = Program(launch.channel, number)
        try:
            await launch.channel.ask(asked, [index if given is None else given for index, given in enumerate(streams)])
        except BaseException:
            self._programs.pop(number, None)
            raise
        return started

    async def run(
        self,
        place: str,
        arguments: Sequence[str],
        *,
        variables: Mapping[str, str] | None = None,
        folder: Path | None = None,
        streams: tuple[int | None, int | None, int | None] = (None, None, None),
    ) -> int:
        """Run a program in a place to its end; whoever stops waiting kills it. See :meth:`program`.

        Returns:
            Its exit status; -N, if signal N ended it.

        """
        started = await self.program(place, arguments, variables=variables, folder=folder, streams=streams)
        try:
            return await started.wait()
        except asyncio.CancelledError:
            await started.kill()
            raise

    def events(self) -> tuple[tuple[str, Event], ...]:
        """Give all acts until now, each with the name of the network in which it happened."""
        with suppress(LabError):  # what was known when the lab ended is known
            self._collect()
        return self._acts.all()

    @property
    def lost(self) -> int:
        """How many acts there were besides those of :meth:`events`."""
        return self._missed + self._acts.lost

    def counts(self) -> messages.Counts:
        """Count the packets until now.

        Raises:
            LabError: the lab has ended.

        """
        counts: messages.Counts = self._begun().channel.ask_now(messages.Count())
        return counts

    def _collect(self) -> None:
        while self._launch and not self._take(self._launch.channel.ask_now(messages.Acts(self._next_act))):
            pass

    def _take(self, reply: Any) -> bool:  # noqa: ANN401 - any reply
        """Add acts that are new, as two questions may be under way; say whether they are all there are."""
        if not isinstance(reply, messages.ActList):
            return True
        self._missed += max(0, reply.first - self._next_act)
        for network, event in reply.acts[max(0, self._next_act - reply.first) :]:
            self._acts.add(network, event)
            if self._log:
                self._log(network, event)
        self._next_act = max(self._next_act, reply.first + len(reply.acts))
        return self._next_act >= reply.total

    def _hear(self, news: Any) -> None:  # noqa: ANN401 - any news
        if isinstance(news, messages.Ended) and news.program in self._programs:
            self._programs.pop(news.program).end(news.code)
        elif isinstance(news, messages.Acted):
            asyncio.get_running_loop().call_later(_SECONDS_BETWEEN, self._ask_acts)

    def _ask_acts(self) -> None:
        def answered(reply: Any, _descriptor: int | None) -> None:  # noqa: ANN401 - any reply
            if not self._take(reply):
                self._ask_acts()

        with suppress(LabError):
            self._begun().channel.post(messages.Acts(self._next_act), (), answered)

    def _name(self, place: str) -> str:
        return place or client_place(self._network)

    def _begun(self) -> Launch:
        if self._launch is None:
            raise LabError(_HAS_NOT_BEGUN)
        return self._launch
