"""One world, running.

>>> from trigpoint.lab.lab import Lab
>>> async def main(lab):
...     transport, _ = await lab.client().connect(asyncio.Protocol, ("203.0.113.10", 80))
...     transport.abort()
>>> import asyncio
>>> Lab("open", fabric="virtual").play(main)
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from trigpoint.errors import InputError, LabError
from trigpoint.lab.choice import chosen
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric
from trigpoint.lab.fabrics.kernel.interrupts import Termination, second_interrupt, termination
from trigpoint.lab.fabrics.spots import CONTROL, client_place
from trigpoint.lab.log import Logged
from trigpoint.lab.world.load import load
from trigpoint.lab.world.world import World

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from types import TracebackType

    from trigpoint.lab.choice import Fabric
    from trigpoint.lab.fabrics.virtual.hosted import HostedFabric
    from trigpoint.lab.stack import Stack
    from trigpoint.lab.world.truth import Truth

Result = TypeVar("Result")


class Lab:
    """A world between ``async with`` and its end.

    Args:
        world: which, or the name or file of one.
        fabric: what carries packets. ``auto``: the kernel's sockets where they can be had, else virtual time.
        network: the access network whose client is meant where none is named. Empty: the first.
        seed: of every draw.
        pcap: file for the packets at that client's edge.
        started: what the machine's clock shows when virtual time begins, in seconds since 1970-01-01 UTC; all times of
            hosts, such as those of certificates, go by it. Missing: what it does show. Real time goes by that always.

    Raises:
        InputError: there is no such world, network or fabric.
        LabError: the kernel fabric was asked for and cannot be had; the sentence says why.

    """

    def __init__(
        self,
        world: World | str | os.PathLike[str],
        *,
        fabric: Fabric = "auto",
        network: str = "",
        seed: int = 0,
        pcap: Path | None = None,
        started: float | None = None,
    ) -> None:
        self.world = world if isinstance(world, World) else load(os.fspath(world))
        """The world."""
        self.network = self.world.network(network).name
        """The access network whose client is meant where none is named."""
        self.fabric, self.reason = chosen(fabric)
        """``kernel`` or ``virtual``; and why, in one line."""
        self.capture = pcap
        """File of the packets at the client's edge, whole when the lab has ended."""
        self._fabric: KernelFabric | HostedFabric = (
            KernelFabric(self.world, network=self.network, seed=seed, capture=pcap)
            if self.fabric == "kernel"
            else _hosted()(self.world, network=self.network, seed=seed, capture=pcap, started=started)
        )
        self._is_claimed = self._stands = False

    @property
    def events(self) -> tuple[Logged, ...]:
        """All acts until now."""
        return tuple(Logged(network, event) for network, event in self._fabric.events())

    @property
    def lost(self) -> int:
        """How many acts there were besides those of :attr:`events`, which memory did not hold."""
        return self._fabric.lost

    @property
    def truth(self) -> tuple[tuple[str, Truth], ...]:
        """What is true: pairs of network and row."""
        return tuple(self.world.truths())

    def loop(self) -> asyncio.AbstractEventLoop:
        """Give the loop in which the lab can be used: of virtual time its own, else a new one."""
        return asyncio.new_event_loop() if isinstance(self._fabric, KernelFabric) else self._fabric.loop()

    def play(self, main: Callable[[Lab], Awaitable[Result]]) -> Result:
        """Run a coroutine function in the lab, in a loop that suits it.

        Raises:
            LabError: as ``async with`` does.

        """
        self._claim()
        return self._played(main)

    def _played(self, main: Callable[[Lab], Awaitable[Result]]) -> Result:
        async def played() -> Result:
            await self._begin()
            try:
                return await main(self)
            finally:
                await self._end()

        with asyncio.Runner(loop_factory=self.loop) as runner:
            return runner.run(played())

    async def __aenter__(self) -> Self:
        """Begin it.

        Raises:
            LabError: it cannot be built, was begun before, or virtual time has another loop.
            OSError: a file cannot be written.

        """
        if not (isinstance(self._fabric, KernelFabric) or self._fabric.lives_on(asyncio.get_running_loop())):
            message = "the virtual fabric has a clock of its own: use `lab.play(main)`, or run inside `lab.loop()`"
            raise LabError(message)
        self._claim()
        await self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, with everything that runs in it.

        Raises:
            OSError: the capture could not be written.

        """
        await self._end()

    def _claim(self) -> None:
        if self._is_claimed:
            message = "a lab is begun once; make another one for another run"
            raise LabError(message)
        self._is_claimed = True

    async def _begin(self) -> None:
        await self._fabric.start()
        self._stands = True

    async def _end(self) -> None:
        self._stands = False
        await self._fabric.close()

    def _standing(self, place: str) -> str:
        """Give the name of a place in a lab that stands."""
        if not self._stands:
            message = "the lab does not stand: use it within `async with`, or in what `lab.play` runs"
            raise LabError(message)
        if place not in self._fabric.bundles:
            message = f"there is no place {place!r}; there are {', '.join(self._fabric.bundles)}"
            raise LabError(message)
        return place

    def stack(self, place: str) -> Stack:
        """Give the sockets of a place: ``a1/client``, ``a1``, ``outside``, ``control``.

        Raises:
            LabError: there is no such place, or the lab does not stand.

        """
        return self._fabric.stack(self._standing(place))

    def client(self, network: str = "") -> Stack:
        """Give the sockets of a network's client.

        Raises:
            InputError: there is no such network.
            LabError: the lab does not stand.

        """
        return self.stack(client_place(self.world.network(network or self.network).name))

    def reattach(self, network: str = "") -> None:
        """Attach a network's client anew, as a telephone does that is switched off and on.

        What censors hold against the client is forgotten, such as the slowness of one address for one client; what is
        blocked for everybody stays so. The client keeps its addresses and its connections, as lab time goes on.

        Raises:
            InputError: there is no such network.
            LabError: the lab does not stand.

        """
        name = self.world.network(network or self.network).name
        self._standing(client_place(name))
        self._fabric.reattach(name)

    def control(self) -> Stack:
        """Give the sockets of the control, which reaches everything past every filter.

        Raises:
            LabError: the lab does not stand.

        """
        return self.stack(CONTROL)

    def bundle(self, network: str = "") -> Path:
        """Give the file of the certificate authorities that a network's client trusts, while the lab stands.

        Raises:
            InputError: there is no such network.
            LabError: the lab does not stand.

        """
        return Path(
            self._fabric.bundles[self._standing(client_place(self.world.network(network or self.network).name))]
        )

    async def run(self, command: Sequence[str], place: str = "") -> int:
        """Run a program in a place, with its resolver and authorities set up. Empty: the client.

        Returns:
            Its exit status; -N, if signal N ended it.

        Raises:
            LabError: the virtual fabric runs no programs.
            OSError: there is no such program.

        """
        if not isinstance(self._fabric, KernelFabric):
            message = "the virtual fabric runs code of this process, no programs; `Lab.execute` runs Python modules"
            raise LabError(message)
        return await self._fabric.run(place, command)

    def check(self, command: Sequence[str]) -> None:
        """See that the fabric can run a command at all.

        Raises:
            InputError: it has no name, the folder in which it would begin is gone, or the virtual fabric cannot run it.

        """
        if not command or not command[0]:
            message = "the name of the program is empty"
            raise InputError(message)
        try:
            Path.cwd()
        except FileNotFoundError:
            message = "the folder in which this was started is not there any more"
            raise InputError(message) from None
        if self.fabric == "virtual":
            from trigpoint.lab.fabrics.virtual.module import module_of  # noqa: PLC0415 - as the fabric

            module_of(command)

    def execute(self, command: Sequence[str], place: str = "") -> int:
        """Run a program in a place, begin and end of the lab included.

        The kernel fabric leaves the first SIGINT to the program, which the terminal sends it as well; the second one
        kills the program, and so does SIGTERM.

        Args:
            command: any program with the kernel fabric; ``python -m MODULE ARGS`` with the virtual one.
            place: such as ``control``. Empty: the client.

        Returns:
            Its exit status; -N, if signal N ended it, or SIGTERM this process.

        Raises:
            InputError: the virtual fabric cannot run it.
            KeyboardInterrupt: SIGINT while the lab begins or ends, or while a module runs in the virtual fabric.
            LabError: the lab cannot be built, or was begun before.
            OSError: there is no such program, or a file cannot be written.

        """
        self._claim()
        with termination() as ending:
            try:
                status = self._executed(command, place, ending)
            except KeyboardInterrupt:
                if not ending.came:
                    raise
            return -signal.SIGTERM if ending.came else status

    def _executed(self, command: Sequence[str], place: str, ending: Termination) -> int:
        if not isinstance(self._fabric, KernelFabric):
            from trigpoint.lab.fabrics.virtual.module import run_module  # noqa: PLC0415 - as the fabric

            return run_module(self._fabric, command, place)

        async def executed(lab: Lab) -> int:
            running = asyncio.ensure_future(lab.run(command, place))
            with second_interrupt(running.cancel), ending.stopping(running.cancel):
                try:
                    return await running
                except asyncio.CancelledError:
                    return -signal.SIGKILL

        return self._played(executed)


def _hosted() -> type[HostedFabric]:
    from trigpoint.lab.fabrics.virtual.hosted import HostedFabric  # noqa: PLC0415 - with all that hosts run, 70 ms

    return HostedFabric
