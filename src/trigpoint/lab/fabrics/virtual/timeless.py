"""An asyncio loop on a virtual clock, which still waits for real work, and refuses sockets that have no place in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn

from trigpoint.lab.fabrics.virtual.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor


class TimelessLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes only when there is nothing to do. It still needs a network."""

    def __init__(self) -> None:
        self._virtual_clock = Clock()
        super().__init__(self._virtual_clock)

    def time(self) -> float:
        """Give the virtual time, in seconds."""
        return self._virtual_clock.now

    def run_in_executor(  # type: ignore[override]  # as asyncio has it, less its type variables
        self,
        executor: Executor | None,
        func: Callable[..., Any],
        *args: Any,  # noqa: ANN401
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


def _refuse(name: str) -> NoReturn:
    message = (
        f"loop.{name} needs a socket of the kernel, which the virtual fabric does not have: "
        "use transports or streams, or the kernel fabric"
    )
    raise NotImplementedError(message)
