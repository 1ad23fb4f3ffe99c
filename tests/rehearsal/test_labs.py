"""Networks measured among real sockets: shares of jobs, put together again."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

import pytest

from trigpoint.errors import InputError, LabError
from trigpoint.lab.fabrics.folders import sweep
from trigpoint.probe.run import Job
from trigpoint.rehearsal import Rehearsed, Unit, jobs_of
from trigpoint.rehearsal import labs as module
from trigpoint.rehearsal.labs import SHARE, Labs, rehearse_in_labs, shares_of

if TYPE_CHECKING:
    from pathlib import Path

SITES = tuple(Job(nettest="web_connectivity", input=f"https://{name}.example/") for name in ("news", "shop"))
UNKNOWN = Job(nettest="none-such")


def unit(folder: Path, **fields: Any) -> Unit:
    whole = {"world": "open", "network": "a1", "started": time.time(), "fabric": "kernel", "parallel": 4} | fields
    return Unit(path=str(folder / "measured.jsonl"), **whole)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "measured.jsonl").read_text().splitlines()]


def inputs(folder: Path) -> list[str | None]:
    return [line["input"] for line in lines(folder)]


@pytest.mark.parametrize("count", [1, SHARE, SHARE + 1, 3 * SHARE + 1])
def test_each_job_is_in_one_share_and_no_share_is_larger_than_a_lab_should_have(tmp_path: Path, count: int) -> None:
    jobs = tuple(Job(nettest="web_connectivity", input=f"https://{number}.example/") for number in range(count))
    shares = shares_of(unit(tmp_path, jobs=jobs), tmp_path)
    assert sorted(job.input or "" for share in shares for job in share.jobs) == sorted(job.input or "" for job in jobs)
    assert all(0 < len(share.jobs) <= SHARE for share in shares)
    assert len({share.path for share in shares}) == len(shares)


def test_without_followups_one_lab_measures_a_network(tmp_path: Path) -> None:
    whole = unit(tmp_path, explains=False)
    (share,) = shares_of(whole, tmp_path)
    assert share.jobs == jobs_of(whole)
    assert len(share.jobs) > SHARE


@pytest.mark.usefixtures("kernel")
def test_what_several_labs_measured_is_in_one_file_and_counted_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "SHARE", 1)
    done: list[Rehearsed] = []
    rehearse_in_labs([unit(tmp_path, jobs=SITES)], done.append)
    assert [one.counts for one in done] == [{"measured": 2, "reached": 2}]  # a look at the own network in each lab
    assert sorted(filter(None, inputs(tmp_path))) == [job.input for job in SITES]
    assert len({line["report_id"] for line in lines(tmp_path)}) == 1, "one network, one run: it vouches for itself once"


@pytest.mark.usefixtures("kernel")
def test_what_was_measured_before_a_program_failed_is_in_the_file(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    done: list[Rehearsed] = []
    with pytest.raises(LabError, match="the probe in open, network a1, ended with status 1"):
        rehearse_in_labs([unit(tmp_path, jobs=(UNKNOWN,))], done.append)
    assert (done, inputs(tmp_path)) == ([], [None])


def test_a_line_that_is_torn_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def torn(_labs: Labs, share: Unit) -> Rehearsed:
        with open(share.path, "wb") as file:  # noqa: PTH123, ASYNC230 - what a program that was killed leaves behind
            file.write(b'{"input": "whole"}\n{"input": "to')
        return Rehearsed(unit=share, counts={"reached": 1})

    monkeypatch.setattr(Labs, "_share", torn)
    asyncio.run(Labs().rehearse(unit(tmp_path, jobs=SITES)))
    assert inputs(tmp_path) == ["whole"]


KILLED_BETWEEN = """
import asyncio, os, signal, sys
from pathlib import Path
from trigpoint.probe.run import Job
from trigpoint.rehearsal import Unit
from trigpoint.rehearsal.labs import Labs

async def killed(_labs, share):
    Path(share.path).write_text("begun")
    os.kill(os.getpid(), signal.SIGKILL)

Labs._share = killed
jobs = (Job(nettest="sanity"),)
asyncio.run(Labs().rehearse(Unit(world="open", network="a1", path=sys.argv[1], started=0.0, jobs=jobs)))
"""


def test_the_next_lab_removes_what_a_killed_rehearsal_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    command = [sys.executable, "-c", KILLED_BETWEEN, str(tmp_path / "measured.jsonl")]
    subprocess.run(command, check=False, env={**os.environ, "TMPDIR": str(shared)})
    (left,) = shared.iterdir()
    assert (left / "0.jsonl").read_text() == "begun"
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    sweep()  # as each lab does that begins
    assert not list(shared.iterdir())


def test_a_file_that_is_there_already_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "measured.jsonl").write_text("mine\n")
    with pytest.raises(InputError, match="is there already"):
        rehearse_in_labs([unit(tmp_path, jobs=SITES)], lambda _: None)
    assert (tmp_path / "measured.jsonl").read_text() == "mine\n"


def test_where_one_fails_the_others_are_ended_before_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended: list[str] = []

    async def waiting(_labs: Labs, share: Unit) -> Rehearsed:
        if share.jobs[0] is SITES[0]:
            message = "no lab"
            raise LabError(message)
        try:
            return await asyncio.get_running_loop().create_future()
        finally:
            ended.append(share.path)

    monkeypatch.setattr(module, "SHARE", 1)
    monkeypatch.setattr(Labs, "_share", waiting)
    with pytest.raises(LabError, match="no lab"):
        rehearse_in_labs([unit(tmp_path, jobs=SITES)], lambda _: None)
    assert len(ended) == 1
