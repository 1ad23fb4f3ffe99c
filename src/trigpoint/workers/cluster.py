"""Processes of a Dask cluster as workers (https://distributed.dask.org).

They must see the survey's folder and its sources under the same paths, and have the same versions as this process:
what they write is part of the survey, byte for byte.
"""

from __future__ import annotations

import asyncio
import socket
import time
from concurrent.futures import CancelledError
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import Client, KilledWorker
from distributed.comm import connect
from distributed.security import Security

from trigpoint.errors import InputError, SurveyError
from trigpoint.workers.ordered import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from trigpoint.workers.ordered import Report, Result, TaskT, Tick

SECONDS_TO_CONNECT = 10.0
"""How long a scheduler may take to answer, and to name its first worker."""

SECONDS_WITHOUT_WORKERS = 60.0
"""How long a run waits for another worker when the last one is gone."""

_SECONDS_BETWEEN_LOOKS = 2.0


class Cluster:
    """A Dask cluster, used through its executor (``Client.get_executor``)."""

    lost: tuple[type[BaseException], ...] = (KilledWorker,)
    # The scheduler gives a task to other workers by itself (distributed.scheduler.allowed-failures), and blames all
    # that its dead workers had, so the first to fail is done once more, alone.
    attempts = 1
    least = 0

    def __init__(self, address: str) -> None:
        """Connect to the scheduler at an address such as ``tcp://10.0.0.1:8786``.

        Raises:
            InputError: it cannot be reached, or has no worker.

        """
        self._address = address
        self._client = _connected(address)
        # Not pure: what is given out again is done again, and not answered from the failure before.
        self._executor = self._client.get_executor(pure=False)
        self._looked_at = time.monotonic()
        self._missed_since: float | None = None

    def width(self) -> int:
        """Tell how many threads its workers have by now."""
        workers: Mapping[str, Mapping[str, int]] = self._client.scheduler_info()["workers"]
        return max(1, sum(worker["nthreads"] for worker in workers.values()))

    def submit(self, work: Callable[[TaskT, Report], Result], task: TaskT) -> Future[Result]:
        """Hand over a task."""
        future: Future[Result] = self._executor.submit(do, work, task, versions())
        return future

    def drain(self, tick: Tick) -> None:  # noqa: ARG002 - workers of a cluster report nothing but what they finish
        """Look whether anybody is left.

        Raises:
            SurveyError: no worker has been there for :data:`SECONDS_WITHOUT_WORKERS`.

        """
        now = time.monotonic()
        if now - self._looked_at < _SECONDS_BETWEEN_LOOKS or self._client.status != "running":
            return  # of a scheduler that is gone, futures tell
        self._looked_at = now
        if self._client.scheduler_info()["workers"]:
            self._missed_since = None
        elif self._missed_since is None:
            self._missed_since = now
        elif now - self._missed_since > SECONDS_WITHOUT_WORKERS:
            message = f"{self._address}: the cluster has lost all its workers; what was committed stays, run again"
            raise SurveyError(message)

    def renew(self) -> None:
        """Leave it to the cluster to replace a worker."""

    def dismiss(self) -> None:
        """Leave the cluster."""
        self._client.close()

    def explained(self, error: Exception) -> Exception:
        """Say what is wrong with the cluster, where it is the cluster."""
        if isinstance(error, CancelledError):
            return SurveyError(f"{self._address}: the cluster's scheduler is gone; what was committed stays, run again")
        if isinstance(error, ModuleNotFoundError):
            return SurveyError(f"{self._address}: a worker of the cluster cannot do this: {error}")
        return error


def _connected(address: str) -> Client:
    try:
        asyncio.run(_answers(address))
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False, name="trigpoint")
    except Exception as error:  # whatever is behind that port may say anything
        message = f"--cluster {address}: no scheduler of a Dask cluster answers there"
        raise InputError(message) from error
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
    except OSError as error:  # a time-out is one
        client.close()
        message = f"--cluster {address}: the cluster has no worker"
        raise InputError(message) from error
    return client


async def _answers(address: str) -> None:
    """Shake hands with a scheduler. A client waits for ever for whoever takes a connection and then says nothing."""
    arguments = Security().get_connection_args("client")
    comm = await asyncio.wait_for(connect(address, timeout=SECONDS_TO_CONNECT, **arguments), SECONDS_TO_CONNECT)
    await comm.close()


def versions() -> tuple[str, ...]:
    """Name what decides which bytes are written."""
    return tuple(f"{package} {version(package)}" for package in ("trigpoint", "polars", "msgspec"))


def do(work: Callable[[TaskT, Report], Result], task: TaskT, wanted: tuple[str, ...]) -> Result:
    """Do a task on a worker of the cluster.

    Raises:
        SurveyError: the worker has other versions than who gave the task out, or does not see what it needs.

    """
    host = socket.gethostname()
    for here, there in zip(versions(), wanted, strict=True):
        if here != there:
            message = f"the cluster's worker on {host} has {here}, and this is {there}: results would differ"
            raise SurveyError(message)
    for place in task.places:
        if not Path(place).exists():
            message = f"the cluster's worker on {host} does not see {place}; it needs the same files at the same paths"
            raise SurveyError(message)
    return work(task, silent)
