"""A survey of the sample, made by whoever is asked, and a real Dask cluster on loopback."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dask
from distributed import LocalCluster

from tests.observe.records import tree
from tests.reference.lists import fingerprint
from trigpoint import sample
from trigpoint.archive import expand, identify, read
from trigpoint.events import aggregate_survey
from trigpoint.judge.survey import judge_survey
from trigpoint.observe import observe
from trigpoint.reference.fingerprint import How, Where
from trigpoint.reference.matching import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest

    from trigpoint.workers import Report, Task, Workers

LISTS = Fingerprints(
    [
        fingerprint("the", name="t.response", where=Where.RESPONSE, how=How.REGEXP, countries=("XL",)),
        fingerprint("and", name="t.body", where=Where.BODY),
        fingerprint("server: ", name="t.header", where=Where.HEADER, header="server", how=How.PREFIX),
    ]
)
"""Automata that cannot be sent to another process; their order shows in findings."""


def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut everything so small that there is something to share."""
    monkeypatch.setattr("trigpoint.observe.batches._BATCH_BYTES", 50_000)
    monkeypatch.setattr("trigpoint.judge.survey.CHUNK", 30)
    monkeypatch.setattr("trigpoint.events.survey.LEAST", 50)


def survey(folder: Path, workers: Workers | None, progress: Callable[[int], None] | None = None) -> dict[str, bytes]:
    """Go from files to cells, and give every file of the survey."""
    observe(expand([folder / "measurements"])[0], folder / "survey", read, identify=identify, workers=workers)
    judge_survey(folder / "survey", progress, LISTS, workers)
    aggregate_survey(folder / "survey", workers)
    return tree(folder / "survey")


def measured(folder: Path) -> None:
    """Write the sample."""
    sample.write(folder)


@contextmanager
def cluster(folder: Path, workers: int = 2, *, processes: bool = True) -> Iterator[LocalCluster]:
    """Start a scheduler that takes the first death of a worker for the fault of what it did, and workers."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=processes,
            host="127.0.0.1",
            protocol="tcp",
            dashboard_address="127.0.0.1:0",
            local_directory=str(folder / "dask"),
        ) as started,
    ):
        yield started


def kill_worker(started: LocalCluster) -> None:
    """Kill a worker of a cluster as the system does where memory is short."""
    os.kill(next(iter(started.workers.values())).pid, signal.SIGKILL)


def deadly(_task: Task, _report: Report) -> None:
    """End whoever does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def strange(_task: Task, _report: Report) -> None:
    """Need a module that is not there."""
    message = "No module named 'nowhere'"
    raise ModuleNotFoundError(message)
