"""Tasks handed to workers a little ahead, results in order; what a lost worker did not finish is done again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, wait
from functools import partial
from itertools import islice
from typing import Generic, Protocol, TypeAlias, TypeVar

from trigpoint.errors import SurveyError

Report: TypeAlias = Callable[[int, int], None]
"""Is told how far a task is: two counts, such as measurements and rejects."""
Tick: TypeAlias = Callable[[int, int, int], None]
"""Is told the number of a task, and its two counts."""

# How far work may run ahead of the oldest task that is not done: finished parts wait on disk meanwhile.
_AHEAD_FOR_EACH_WORKER = 3

_SECONDS_BETWEEN_TICKS = 0.2


class Task(Protocol):
    """What a worker is given. Everything in it can be pickled."""

    @property
    def number(self) -> int:
        """Number of the task among its like."""

    @property
    def places(self) -> tuple[str, ...]:
        """Files and folders that a worker must see."""

    @property
    def name(self) -> str:
        """What a person knows it by."""


TaskT = TypeVar("TaskT", bound=Task)
Result = TypeVar("Result")


class Workers(Protocol):
    """Those who do tasks. Made by :func:`trigpoint.workers.hiring.hired`."""

    lost: tuple[type[BaseException], ...]
    """What the result of a task raises whose worker died."""
    attempts: int
    """How often a task is given out again, alone, before it is taken for deadly."""
    least: int
    """So few tasks are not worth being handed over."""

    def width(self) -> int:
        """Tell how many tasks are done at a time."""

    def submit(self, work: Callable[[TaskT, Report], Result], task: TaskT) -> Future[Result]:
        """Hand over a task."""

    def drain(self, tick: Tick) -> None:
        """Pass on what workers reported.

        Raises:
            SurveyError: nobody is left to do the work.

        """

    def renew(self) -> None:
        """End what is still being done, and begin afresh with the next task."""

    def dismiss(self) -> None:
        """End for good."""

    def explained(self, error: Exception) -> Exception:
        """Say in one sentence what a task raised, where it is the workers' fault; else give it back."""


def silent(*_: int) -> None:
    """Tell nobody."""


def in_order(
    work: Callable[[TaskT, Report], Result], tasks: Sequence[TaskT], workers: Workers | None, tick: Tick = silent
) -> Generator[Result, None, None]:
    """Do tasks and yield what they give, in their order.

    Args:
        work: does one task; a function of a module, since other processes look it up by its name.
        tasks: what there is to do.
        workers: who does it; missing: this process.
        tick: is told how far each task is.

    Raises:
        SurveyError: a task ended its worker several times, or nobody is left to do the work.
        Exception: as ``work``.

    """
    if workers is None or len(tasks) <= workers.least:
        for task in tasks:
            yield work(task, partial(tick, task.number))
        return
    yield from _Queue(work, tasks, workers, tick).results()


class _Item(Generic[TaskT, Result]):
    """A task, and its result once it is handed to a worker."""

    def __init__(self, task: TaskT) -> None:
        self.task = task
        self.future: Future[Result] | None = None

    def is_lost(self, lost: tuple[type[BaseException], ...]) -> bool:
        """Tell whether it was handed over in vain."""
        if self.future is None or not self.future.done():
            return False
        return self.future.cancelled() or isinstance(self.future.exception(), lost)


class _Queue(Generic[TaskT, Result]):
    """Tasks in order, handed to workers a little ahead."""

    def __init__(
        self, work: Callable[[TaskT, Report], Result], tasks: Sequence[TaskT], workers: Workers, tick: Tick
    ) -> None:
        self._work = work
        self._tasks = iter(tasks)
        self._workers = workers
        self._tick = tick
        self._items: deque[_Item[TaskT, Result]] = deque()
        self._failures = 0

    def results(self) -> Iterator[Result]:
        try:
            while self._fill():
                try:
                    done = self._first()
                except self._workers.lost:
                    self._after_failure()
                else:
                    self._failures = 0
                    self._items.popleft()
                    yield done
        finally:
            if self._items:
                self._give_up()

    def _fill(self) -> bool:
        room = self._workers.width() * _AHEAD_FOR_EACH_WORKER - len(self._items)
        self._items.extend(_Item(task) for task in islice(self._tasks, max(room, 0)))
        return bool(self._items)

    def _first(self) -> Result:
        """Wait for the first task. After a failure it works alone, so that the next failure is its own."""
        future, *_ = [self._submitted(item) for item in islice(self._items, 1 if self._failures else None)]
        while not future.done():
            wait([future], timeout=_SECONDS_BETWEEN_TICKS)
            self._workers.drain(self._tick)
        try:
            return future.result()
        except self._workers.lost:
            raise
        except Exception as error:
            explained = self._workers.explained(error)
            if explained is error:
                raise
            raise explained from error

    def _submitted(self, item: _Item[TaskT, Result]) -> Future[Result]:
        if item.future is None:
            item.future = self._workers.submit(self._work, item.task)
        return item.future

    def _after_failure(self) -> None:
        self._failures += 1
        if self._failures > self._workers.attempts:
            message = f"{self._items[0].task.name}: each process that read it was killed; it was not kept"
            raise SurveyError(message)
        self._workers.renew()
        for item in self._items:
            if item.is_lost(self._workers.lost):
                item.future = None

    def _give_up(self) -> None:
        for item in self._items:
            if item.future is not None:
                item.future.cancel()
        self._workers.renew()
