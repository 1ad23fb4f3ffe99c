"""Ctrl-C while a program runs in the lab: a terminal sends it to the program as well, which may handle it."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
