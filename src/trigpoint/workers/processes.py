"""Processes of this machine as workers.

They are spawned, never forked: Polars holds threads and locks that do not survive a fork.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from types import FrameType

    from trigpoint.workers.ordered import Report, Result, TaskT, Tick


class Processes:
    """A number of processes, started when the first task is there."""

    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    # A worker may be killed by chance (the system short of memory, a person); thrice on one task is no chance.
    attempts = 3
    least = 1

    def __init__(self, count: int) -> None:
        """Plan with so many; none is started yet."""
        self._count = count
        self._pool: _Pool | None = None

    def width(self) -> int:
        """Tell how many there are."""
        return self._count

    def submit(self, work: Callable[[TaskT, Report], Result], task: TaskT) -> Future[Result]:
        """Hand over a task."""
        if self._pool is None:
            self._pool = _Pool(self._count)
        return self._pool.submit(work, task)

    def drain(self, tick: Tick) -> None:
        """Pass on what workers reported."""
        if self._pool is not None:
            self._pool.drain(tick)

    def renew(self) -> None:
        """End all processes at once, whatever they do."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()

    def dismiss(self) -> None:
        """End all processes, likewise."""
        self.renew()

    def explained(self, error: Exception) -> Exception:
        """Give back what a task raised: it is as if this process had done it."""
        return error


@contextmanager
def pool() -> Iterator[ProcessPoolExecutor]:
    """Give a plain pool with a process for each core, which ends with this process, however this one ends.

    For pieces of work that report nothing, of which each stands alone: where one is lost, the caller is told so.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=_end_with_parent) as executor:
        yield executor


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        # Workers hold both ends of their queue, so that its end is never seen.
        threading.Thread(target=_die_after, args=(parent,), daemon=True).start()


def _die_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class _Pool:
    """A pool of processes that ends with this one, however this one ends."""

    def __init__(self, processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._life, stop = context.Pipe(duplex=False)  # its end says stop: workers hold the end that only reads
        self._stop = stop
        self._progress, report = context.Pipe(duplex=False)
        self._report = report
        self._executor = ProcessPoolExecutor(
            processes, mp_context=context, initializer=_begin, initargs=(self._life, report)
        )

    def submit(self, work: Callable[[TaskT, Report], Result], task: TaskT) -> Future[Result]:
        with _quiet_children():
            return self._executor.submit(_do, work, task)

    def drain(self, tick: Tick) -> None:
        while self._progress.poll():
            tick(*msgspec.msgpack.decode(self._progress.recv_bytes(), type=tuple[int, int, int]))

    def stop(self) -> None:
        self._stop.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        for end in (self._life, self._progress, self._report):
            end.close()


@contextmanager
def _quiet_children() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, and whose Polars keeps to one thread.

    Both are inherited. Ctrl-C goes to the whole group of processes, and only this one is to answer it. Threads of
    Polars in each of many processes would only fight for the cores.
    """
    name = "POLARS_MAX_THREADS"
    before = os.environ.get(name)
    with _interrupted_later():
        old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        os.environ.setdefault(name, "1")
        try:
            yield
        finally:
            if before is None:
                del os.environ[name]
            signal.pthread_sigmask(signal.SIG_SETMASK, old)


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Answer a Ctrl-C at the end: a process that is half started when its parent turns away dies of it aloud.

    Blocking the signal in this thread is not enough: another thread takes it, and Python still answers in this one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda *about: came.append(about))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came and callable(before):
            before(*came[0])


class _Reporter:
    """Where this process, a worker, sends its counts."""

    connection: Connection | None = None


def _begin(life: Connection, report: Connection) -> None:
    _Reporter.connection = report
    threading.Thread(target=_die_with, args=(life,), daemon=True).start()


def _die_with(life: Connection) -> None:
    """End this process at once when the other end of the pipe is closed: told to stop, or the parent is dead."""
    life.poll(None)
    os._exit(1)


def _do(work: Callable[[TaskT, Report], Result], task: TaskT) -> Result:
    return work(task, partial(_send, task.number))


def _send(number: int, first: int, second: int) -> None:
    connection = _Reporter.connection
    if connection is not None:
        # Far below PIPE_BUF, so that messages of several processes do not mix and need no lock that could be lost
        connection.send_bytes(msgspec.msgpack.encode((number, first, second)))
