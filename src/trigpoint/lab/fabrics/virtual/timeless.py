"""An asyncio loop on a virtual clock, which still waits for real work, and refuses sockets that have no place in it."""

from __future__ import annotations

import asyncio
from heapq import heappush
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn

from trigpoint.lab.fabrics.virtual.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from contextvars import Context


class TimelessLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes only when there is nothing to do. It still needs a network."""

    def __init__(self) -> None:
        self._virtual_clock = Clock()
        super().__init__(self._virtual_clock)
        self._timers = count()

    def time(self) -> float:
        """Give the virtual time, in seconds."""
        return self._virtual_clock.now

    def call_at(  # type: ignore[override]  # as asyncio has it, less its type variables
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,  # noqa: ANN401 - as asyncio has it
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Set a timer; of two for one time, which are common where time jumps, the one that was set first goes first.

        asyncio leaves the order of these to the layout of its heap, so that any other timer can change it.
        """
        self._check_closed()  # type: ignore[attr-defined]  # not public, as the rest of this
        timer = _Timer(when, callback, args, self, context)
        timer.number = next(self._timers)
        heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]  # noqa: SLF001 - as its own `call_at` does
        return timer

    def run_in_executor(  # type: ignore[override]  # as asyncio has it, less its type variables
        self,
        executor: Executor | None,
        func: Callable[..., Any],
        *args: Any,  # noqa: ANN401 - as asyncio has it
    ) -> asyncio.Future[Any]:
        """Run something in a thread; time stands still until it is done."""
        future = super().run_in_executor(executor, func, *args)
        self._virtual_clock.jobs += 1
        future.add_done_callback(self._job_done)
        return future

    def _job_done(self, _: asyncio.Future[Any]) -> None:
        self._virtual_clock.jobs -= 1

    async def shutdown_default_executor(self, *args: Any) -> None:  # noqa: ANN401 - from Python 3.12 on with a timeout
        """Wait for the threads of the default executor, in real time."""
        self._virtual_clock.jobs += 1
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._virtual_clock.jobs -= 1

    async def sock_accept(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_accept")

    async def sock_connect(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_connect")

    async def sock_recv(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_recv")

    async def sock_recv_into(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_recv_into")

    async def sock_recvfrom(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_recvfrom")

    async def sock_recvfrom_into(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_recvfrom_into")

    async def sock_sendall(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_sendall")

    async def sock_sendto(self, *_: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_sendto")

    async def sock_sendfile(self, *_: object, **__: object) -> NoReturn:
        """Refuse: see :func:`_refuse`."""
        _refuse("sock_sendfile")


class _Timer(asyncio.TimerHandle):
    """A timer that knows how many were set before it."""

    __slots__ = ("number",)
    number: int

    def __lt__(self, other: asyncio.TimerHandle) -> bool:
        if isinstance(other, _Timer) and self.when() == other.when():
            return self.number < other.number
        return self.when() < other.when()


def _refuse(name: str) -> NoReturn:
    message = (
        f"loop.{name} needs a socket of the kernel, which the virtual fabric does not have: "
        "use transports or streams, or the kernel fabric"
    )
    raise NotImplementedError(message)
