"""Ctrl-C and SIGTERM while a program runs in the lab: a terminal sends the first to the program as well."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def second_interrupt(stop: Callable[[], object]) -> Iterator[None]:
    """Leave the first SIGINT to the program, and call a function at each one after it.

    Python can handle signals in the main thread alone; elsewhere, and where SIGINT is ignored, nothing changes.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before in {signal.SIG_IGN, None}:
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: loop.add_signal_handler(signal.SIGINT, stop))
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)


class Termination:
    """Ends what runs as Ctrl-C does when SIGTERM comes, so that the lab is taken down and its acts are told."""

    def __init__(self) -> None:
        self.came = False
        """Whether it came."""
        self._stop: Callable[[], object] | None = None

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """Call a function of the running loop instead, for a while."""
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(stop)  # which wakes the loop
        try:
            yield
        finally:
            self._stop = None

    def handle(self, _number: int, frame: FrameType | None) -> None:
        """Take the signal."""
        self.came = True
        interrupt = signal.getsignal(signal.SIGINT)
        if self._stop:
            self._stop()
        elif callable(interrupt):
            interrupt(signal.SIGINT, frame)
        else:  # whoever is started in the background ignores SIGINT
            raise KeyboardInterrupt


@contextmanager
def termination() -> Iterator[Termination]:
    """Heed SIGTERM for a while, in the main thread and where nobody else handles or ignores it."""
    made = Termination()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield made
        return
    signal.signal(signal.SIGTERM, made.handle)
    try:
        yield made
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
