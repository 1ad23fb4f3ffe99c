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
from trigpoint.observe.batches import Batch, hash_sources
from trigpoint.observe.worker import Done, Task, work
from trigpoint.workers import hired, in_order, ordered, processes

if TYPE_CHECKING:
    from pathlib import Path


def tasks(folder: Path, *paths: Path) -> list[Task]:
    found = [hash_sources([path], 1)[0] for path in paths]
    return [
        Task(number, Batch(tuple(sources)), records.read, None, str(folder / "incoming"), None)
        for number, sources in enumerate(found)
    ]


def done_by(number: int, given: list[Task]) -> list[Done]:
    with hired(number) as workers:
        return list(in_order(work, given, workers))


@pytest.mark.parametrize("number", [1, 2])
def test_results_come_in_the_order_of_the_tasks(tmp_path: Path, number: int) -> None:
    paths = [records.write(tmp_path / f"{number}", {"seed": number}) for number in range(9)]
    done = done_by(number, tasks(tmp_path, *paths))
    assert [result.sources[0].path for result in done] == [str(path) for path in paths]


def test_a_worker_that_is_killed_once_is_replaced_and_its_work_done(tmp_path: Path) -> None:
    paths = [records.write(tmp_path / f"{number}", {"seed": number}) for number in range(4)]
    paths.insert(1, records.write(tmp_path / "k", {"seed": 7}, {"kill": str(tmp_path / "killed")}, {"seed": 8}))
    done = done_by(2, tasks(tmp_path, *paths))
    assert (tmp_path / "killed").exists()
    assert [result.sources[0].measurements for result in done] == [1, 2, 1, 1, 1]


def test_a_file_that_ends_every_worker_is_named_after_the_others_before_it_are_done(tmp_path: Path) -> None:
    paths = [
        records.write(tmp_path / "first", {"seed": 1}),
        records.write(tmp_path / "deadly", {"always_kill": ""}),
        records.write(tmp_path / "last", {"seed": 2}),
    ]
    with hired(2) as workers:
        results = in_order(work, tasks(tmp_path, *paths), workers)
        assert next(results).sources[0].measurements == 1
        with pytest.raises(SurveyError, match=r"deadly: each process that read it was killed; it was not kept"):
            next(results)


def test_what_a_worker_raises_arrives(tmp_path: Path) -> None:
    paths = [records.write(tmp_path / name, {"seed": 1}) for name in "ab"]
    (tmp_path / "incoming").write_bytes(b"")  # a file where the folder should be
    with pytest.raises(OSError, match="incoming"):
        done_by(2, tasks(tmp_path, *paths))


def test_counts_of_workers_arrive_with_the_number_of_their_task(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = processes._Pool(1)
    processes._send(1, 1, 1)  # no worker: nobody to tell
    monkeypatch.setattr(processes._Reporter, "connection", workers._report)
    told: list[tuple[int, ...]] = []
    processes._send(3, 20, 1)
    processes._send(4, 5, 0)
    workers.drain(lambda *counts: told.append(counts))
    workers.stop()
    assert told == [(3, 20, 1), (4, 5, 0)]


def test_children_do_not_hear_ctrl_c_and_keep_polars_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    program = (
        "import os, signal; blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ());"
        "print(signal.SIGINT in blocked, os.environ['POLARS_MAX_THREADS'])"
    )
    with processes._quiet_children():
        child = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert child.stdout == "True 1\n"
    assert "POLARS_MAX_THREADS" not in os.environ
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_number_of_threads_that_a_person_chose_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "3")
    with processes._quiet_children():
        assert os.environ["POLARS_MAX_THREADS"] == "3"
    assert os.environ["POLARS_MAX_THREADS"] == "3"


def test_a_worker_ends_when_the_other_end_of_its_pipe_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(os, "_exit", lambda _: ended.set())
    monkeypatch.setattr(processes._Reporter, "connection", None)
    life, stop = multiprocessing.Pipe(duplex=False)
    processes._begin(life, life)
    assert not ended.is_set()
    stop.close()
    assert ended.wait(60)
    life.close()


def test_a_worker_reads_a_batch(tmp_path: Path) -> None:
    (task,) = tasks(tmp_path, records.write(tmp_path / "a", {"seed": 1}))
    assert processes._do(work, task).sources[0].measurements == 1


def test_what_was_done_before_a_failure_is_not_done_again(tmp_path: Path) -> None:
    paths = [records.write(tmp_path / name, {"seed": 1}) for name in "abcd"]
    queue = ordered._Queue(work, tasks(tmp_path, *paths), processes.Processes(2), ordered.silent)
    assert queue._fill()
    done, broken, given_up = Future(), Future(), Future()
    done.set_result(Done((), ()))
    broken.set_exception(BrokenProcessPool())
    given_up.cancel()
    for item, future in zip(queue._items, (broken, done, given_up, None), strict=True):
        item.future = future
    queue._after_failure()
    assert [item.future for item in queue._items] == [None, done, None, None]


def test_processes_are_started_with_the_first_task_and_ended_with_the_last_word(tmp_path: Path) -> None:
    workers = processes.Processes(2)
    workers.drain(lambda *_: pytest.fail("nobody works yet"))
    workers.renew()
    workers.dismiss()
    assert workers.width() == 2


def test_one_task_is_not_worth_a_process(tmp_path: Path) -> None:
    (task,) = tasks(tmp_path, records.write(tmp_path / "a", {"seed": 1}))
    with hired(2) as workers:
        assert [done.sources[0].measurements for done in in_order(work, [task], workers)] == [1]
        assert workers is not None
        assert workers._pool is None


def test_a_task_names_itself_and_what_it_must_see(tmp_path: Path) -> None:
    path = records.write(tmp_path / "a", {"seed": 1})
    (one,) = tasks(tmp_path, path)
    (other,) = tasks(tmp_path, records.write(tmp_path / "b", {"seed": 2}))
    both = Task(0, Batch((*one.batch.sources, *other.batch.sources)), records.read, None, "in", "plan.csv")
    assert (one.name, both.name) == (str(path), f"{path} and 1 others")
    assert both.places == ("in", str(path), str(tmp_path / "b"), "plan.csv")
