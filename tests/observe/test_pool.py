from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

import pytest

from tests.observe import records
from trigpoint.errors import SurveyError
from trigpoint.observe import pool
from trigpoint.observe.batches import Batch, hash_sources
from trigpoint.observe.pool import in_order
from trigpoint.observe.worker import Task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def tasks(folder: Path, *paths: Path) -> Iterator[Task]:
    for number, path in enumerate(paths):
        found, _ = hash_sources([path], 1)
        yield Task(number, Batch(tuple(found)), records.read, None, str(folder / "incoming"), None)


def silent(*counts: int) -> None:
    pass


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_tasks(tmp_path: Path, processes: int) -> None:
    paths = [records.write(tmp_path / f"{number}", {"seed": number}) for number in range(9)]
    done = list(in_order(tasks(tmp_path, *paths), processes, silent))
    assert [result.sources[0].path for result in done] == [str(path) for path in paths]


def test_a_worker_that_is_killed_once_is_replaced_and_its_work_done(tmp_path: Path) -> None:
    paths = [records.write(tmp_path / f"{number}", {"seed": number}) for number in range(4)]
    paths.insert(1, records.write(tmp_path / "k", {"seed": 7}, {"kill": str(tmp_path / "killed")}, {"seed": 8}))
    done = list(in_order(tasks(tmp_path, *paths), 2, silent))
    assert (tmp_path / "killed").exists()
    assert [result.sources[0].measurements for result in done] == [1, 2, 1, 1, 1]


def test_a_file_that_ends_every_worker_is_named_after_the_others_before_it_are_done(tmp_path: Path) -> None:
    paths = [
        records.write(tmp_path / "first", {"seed": 1}),
        records.write(tmp_path / "deadly", {"always_kill": ""}),
        records.write(tmp_path / "last", {"seed": 2}),
    ]
    results = in_order(tasks(tmp_path, *paths), 2, silent)
    assert next(results).sources[0].measurements == 1
    with pytest.raises(SurveyError, match=r"deadly: each of 3 processes that read it was killed; it was not kept"):
        next(results)


def test_what_a_worker_raises_arrives(tmp_path: Path) -> None:
    path = records.write(tmp_path / "a", {"seed": 1})
    (tmp_path / "incoming").write_bytes(b"")  # a file where the folder should be
    with pytest.raises(OSError, match="incoming"):
        list(in_order(tasks(tmp_path, path), 2, silent))


def test_counts_of_workers_arrive_with_the_number_of_their_task(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = pool._Workers(1)
    pool._send(1, 1, 1)  # no worker: nobody to tell
    monkeypatch.setattr(pool._Reporter, "connection", workers._report)
    told: list[tuple[int, ...]] = []
    pool._send(3, 20, 1)
    pool._send(4, 5, 0)
    workers.drain(lambda *counts: told.append(counts))
    workers.stop()
    assert told == [(3, 20, 1), (4, 5, 0)]


def test_children_do_not_hear_ctrl_c_and_keep_polars_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    program = (
        "import os, signal; blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ());"
        "print(signal.SIGINT in blocked, os.environ['POLARS_MAX_THREADS'])"
    )
    with pool._quiet_children():
        child = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert child.stdout == "True 1\n"
    assert "POLARS_MAX_THREADS" not in os.environ
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_number_of_threads_that_a_person_chose_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "3")
    with pool._quiet_children():
        assert os.environ["POLARS_MAX_THREADS"] == "3"
    assert os.environ["POLARS_MAX_THREADS"] == "3"


def test_a_worker_ends_when_the_other_end_of_its_pipe_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(os, "_exit", lambda _: ended.set())
    monkeypatch.setattr(pool._Reporter, "connection", None)
    life, stop = multiprocessing.Pipe(duplex=False)
    pool._begin(life, life)
    assert not ended.is_set()
    stop.close()
    assert ended.wait(60)
    life.close()


def test_a_worker_reads_a_batch(tmp_path: Path) -> None:
    (task,) = tasks(tmp_path, records.write(tmp_path / "a", {"seed": 1}))
    assert pool._work(task).sources[0].measurements == 1


def test_what_was_done_before_a_failure_is_not_done_again(tmp_path: Path) -> None:
    paths = [records.write(tmp_path / name, {"seed": 1}) for name in "abc"]
    queue = pool._Queue(tasks(tmp_path, *paths), 1, silent)
    assert queue._fill()
    done, broken = Future(), Future()
    done.set_result(pool.Done((), ()))
    broken.set_exception(BrokenProcessPool())
    for item, future in zip(queue._items, (broken, done, None), strict=True):
        item.future = future
    queue._after_failure()
    assert [item.future for item in queue._items] == [None, done, None]
