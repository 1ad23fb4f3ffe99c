"""Batches spread over processes, results in order; lost workers are replaced and their work done again.

Processes are spawned, never forked: Polars holds threads and locks that do not survive a fork.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from trigpoint.errors import SurveyError
from trigpoint.observe.worker import Done, Task, work

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from multiprocessing.connection import Connection
    from typing import TypeAlias

    Tick: TypeAlias = Callable[[int, int, int], None]

# How far reading may run ahead of the oldest batch that is not done: finished parts wait on disk meanwhile.
_AHEAD_FOR_EACH_PROCESS = 3

# A worker may be killed by chance (the system short of memory, a person); thrice on one batch is no chance.
_ATTEMPTS = 3

_SECONDS_BETWEEN_TICKS = 0.2


def in_order(tasks: Iterable[Task], processes: int, tick: Tick) -> Generator[Done, None, None]:
    """Work on batches and yield what they give, in their order.

    Args:
        tasks: the batches.
        processes: how many work at once; with 1 the work is done in this process.
        tick: is told the number of a batch, and the measurements and rejects read in it so far.

    Raises:
        SurveyError: a batch ended its worker several times.
        InputError: as :func:`trigpoint.observe.worker.work`.
        OSError: as :func:`trigpoint.observe.worker.work`.

    """
    if processes == 1:
        for task in tasks:
            yield work(task, partial(tick, task.number))
        return
    yield from _Queue(tasks, processes, tick).results()


class _Item:
    """A task, and its result once it is handed to a worker."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.future: Future[Done] | None = None

    @property
    def is_done(self) -> bool:
        return self.future is not None and self.future.done() and self.future.exception() is None


class _Queue:
    """Tasks in order, handed to workers a little ahead."""

    def __init__(self, tasks: Iterable[Task], processes: int, tick: Tick) -> None:
        self._tasks = iter(tasks)
        self._processes = processes
        self._tick = tick
        self._items: deque[_Item] = deque()
        self._failures = 0

    def results(self) -> Iterator[Done]:
        workers = _Workers(self._processes)
        try:
            while self._fill():
                try:
                    done = self._first(workers)
                except BrokenProcessPool:
                    workers.stop()
                    self._after_failure()
                    workers = _Workers(self._processes)
                else:
                    self._failures = 0
                    self._items.popleft()
                    yield done
        finally:
            workers.stop()

    def _fill(self) -> bool:
        room = self._processes * _AHEAD_FOR_EACH_PROCESS - len(self._items)
        self._items.extend(_Item(task) for task in islice(self._tasks, room))
        return bool(self._items)

    def _first(self, workers: _Workers) -> Done:
        """Wait for the first task. After a failure it works alone, so that the next failure is its own."""
        future, *_ = [_submitted(item, workers) for item in islice(self._items, 1 if self._failures else None)]
        while not future.done():
            wait([future], timeout=_SECONDS_BETWEEN_TICKS)
            workers.drain(self._tick)
        return future.result()

    def _after_failure(self) -> None:
        self._failures += 1
        first = self._items[0].task.batch.sources
        if self._failures > _ATTEMPTS:
            others = f" and {len(first) - 1} others" if len(first) > 1 else ""
            message = f"{first[0].path}{others}: each of {_ATTEMPTS} processes that read it was killed; it was not kept"
            raise SurveyError(message)
        for item in self._items:
            if not item.is_done:
                item.future = None


def _submitted(item: _Item, workers: _Workers) -> Future[Done]:
    if item.future is None:
        item.future = workers.submit(item.task)
    return item.future


class _Workers:
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

    def submit(self, task: Task) -> Future[Done]:
        with _quiet_children():
            return self._executor.submit(_work, task)

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
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.environ.setdefault(name, "1")
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


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


def _work(task: Task) -> Done:
    return work(task, partial(_send, task.number))


def _send(number: int, measurements: int, rejects: int) -> None:
    connection = _Reporter.connection
    if connection is not None:
        # Far below PIPE_BUF, so that messages of several processes do not mix and need no lock that could be lost
        connection.send_bytes(msgspec.msgpack.encode((number, measurements, rejects)))
