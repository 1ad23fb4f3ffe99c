"""Whoever does the work, and whoever dies of it, the survey is the same byte for byte (R7)."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from tests.counting import uncounted
from tests.workers import spread
from trigpoint.store.survey import Survey
from trigpoint.workers import hired

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("uncovered")  # each stage has tests of its own


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where files are measured, and all surveys are made, one after the other: a survey names its sources' paths."""
    made = tmp_path_factory.mktemp("spread")
    spread.measured(made)
    return made


@pytest.fixture(scope="module")
def alone(folder: Path) -> dict[str, bytes]:
    """Every file of the survey that one process makes."""
    with uncounted(), pytest.MonkeyPatch.context() as patch:
        spread.in_small_pieces(patch)
        made = spread.survey(folder, None)
    counts = Survey.open(folder / "survey").counts.rows
    assert counts["verdicts"] > 300
    assert min(counts[table] for table in ("findings", "cells", "cell_runs", "cell_words")) > 0
    return made


@pytest.fixture
def made_by(folder: Path, alone: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, bytes]]:
    """Make the survey again."""
    spread.in_small_pieces(monkeypatch)
    shutil.rmtree(folder / "survey")
    return lambda *arguments: spread.survey(folder, *arguments)


def test_a_second_run_gives_the_same_bytes(made_by: Callable[..., object], alone: dict[str, bytes]) -> None:
    assert made_by(None) == alone


def test_two_processes_of_which_one_is_killed_give_the_same_bytes(
    made_by: Callable[..., object], alone: dict[str, bytes]
) -> None:
    killed: list[int] = []

    def kill_one(_: int) -> None:
        if not killed:
            killed.append(multiprocessing.active_children()[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    with hired(2) as workers:
        assert made_by(workers, kill_one) == alone
    assert killed


def test_a_cluster_of_which_one_worker_is_killed_gives_the_same_bytes(
    made_by: Callable[..., object], alone: dict[str, bytes], tmp_path: Path
) -> None:
    killed: list[int] = []
    with spread.cluster(tmp_path) as started:

        def kill_one(_: int) -> None:
            if not killed:
                killed.append(next(iter(started.workers.values())).pid)
                spread.kill_worker(started)

        with hired(cluster=started.scheduler_address) as workers:
            assert made_by(workers, kill_one) == alone
    assert killed
