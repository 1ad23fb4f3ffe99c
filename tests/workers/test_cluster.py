"""A real Dask cluster on loopback: what it does, and what a person is told where it cannot."""

from __future__ import annotations

import socket
import sys
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.workers import spread
from trigpoint.errors import InputError, SurveyError
from trigpoint.workers import cluster, hired, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from distributed import LocalCluster

    from trigpoint.workers import Report


class Order(NamedTuple):
    """Something to do."""

    number: int
    places: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"order {self.number}"


def squared(task: Order, _: Report) -> int:
    return task.number**2


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with spread.cluster(tmp_path_factory.mktemp("cluster"), 1) as found:
        yield found


def test_results_come_in_order_also_of_a_single_task(started: LocalCluster) -> None:
    with hired(cluster=started.scheduler_address) as workers:
        assert workers is not None
        assert workers.width() == 1
        assert list(in_order(squared, [Order(number) for number in range(20)], workers)) == [n * n for n in range(20)]
        assert list(in_order(squared, [Order(3)], workers)) == [9]


def test_a_worker_that_lacks_a_file_or_has_other_versions_is_named(started: LocalCluster, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    with hired(cluster=started.scheduler_address) as workers:
        assert list(in_order(squared, [Order(2, (str(tmp_path),))], workers)) == [4]
        with pytest.raises(SurveyError, match=f"worker on .* does not see {nowhere}; it needs the same files"):
            list(in_order(squared, [Order(2, (nowhere,))], workers))
    other = ("trigpoint 0.0.0", *cluster.versions()[1:])
    with pytest.raises(SurveyError, match=r"worker on .* has trigpoint .*, and this is trigpoint 0\.0\.0"):
        cluster.do(squared, Order(2), other)
    assert cluster.do(squared, Order(2, (str(tmp_path),)), cluster.versions()) == 4


def test_a_task_that_ends_every_worker_is_named_and_a_module_that_is_missing_there(started: LocalCluster) -> None:
    with hired(cluster=started.scheduler_address) as workers:
        with pytest.raises(SurveyError, match=r"cannot do this: No module named 'nowhere'"):
            list(in_order(spread.strange, [Order(1)], workers))
        with pytest.raises(SurveyError, match="order 1: each process that read it was killed; it was not kept"):
            list(in_order(spread.deadly, [Order(1), Order(2)], workers))


@pytest.mark.waits
def test_a_scheduler_that_goes_away_and_workers_that_do_are_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1.0)
    monkeypatch.setattr(cluster, "SECONDS_WITHOUT_WORKERS", 0.0)
    monkeypatch.setattr(cluster, "_SECONDS_BETWEEN_LOOKS", 0.0)
    with spread.cluster(tmp_path, 1, processes=False) as few:
        workers = cluster.Cluster(few.scheduler_address)
        workers.drain(lambda *_: None)
        few.scale(0)
        few.sync(few._correct_state)
        with pytest.raises(SurveyError, match="the cluster has lost all its workers; what was committed stays"):
            deque(iter(lambda: workers.drain(lambda *_: None), "forever"), maxlen=0)
        assert workers.width() == 1
        waiting: Future[int] = workers.submit(squared, Order(1))
        few.sync(few.scheduler.close)
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, it is explained
            waiting.result(timeout=60)
        explained = workers.explained(raised.value)
        assert "the cluster's scheduler is gone; what was committed stays, run again" in str(explained)
        workers.dismiss()


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 0.5)


@pytest.mark.usefixtures("_hasty")
def test_what_is_no_scheduler_is_told_in_one_sentence_within_a_bounded_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        for _ in ("nobody listens", "somebody takes the connection and says nothing"):
            with (
                pytest.raises(InputError, match=f"--cluster {address}: no scheduler of a Dask cluster answers there"),
                hired(cluster=address),
            ):
                pytest.fail("hired nobody")
            silent.listen()
    with pytest.raises(InputError, match="--cluster nonsense: no scheduler"), hired(cluster="nonsense"):
        pytest.fail("hired nobody")


@pytest.mark.usefixtures("_hasty")
def test_a_cluster_without_workers_is_told(tmp_path: Path) -> None:
    with (
        spread.cluster(tmp_path, 0, processes=False) as empty,
        pytest.raises(InputError, match="the cluster has no worker"),
        hired(cluster=empty.scheduler_address),
    ):
        pytest.fail("hired nobody")


def test_without_the_extra_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "trigpoint.workers.cluster", raising=False)
    with (
        pytest.raises(
            InputError, match=r"--cluster needs what is not installed here: pip install 'trigpoint\[cluster\]'"
        ),
        hired(cluster="tcp://127.0.0.1:1"),
    ):
        pytest.fail("hired nobody")
