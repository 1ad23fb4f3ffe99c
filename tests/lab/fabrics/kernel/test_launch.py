"""A lab's process ends, whatever state it is in."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from pathlib import Path

import pytest

from tests.lab.fabrics.worlds import world
from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel import channel, program
from trigpoint.lab.fabrics.kernel import launch as module
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric


def test_a_lab_that_does_not_answer_is_killed(namespaces: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_TO_END", 0.1)

    async def run() -> int:
        fabric = KernelFabric(world(), services="")
        await fabric.start()
        process = fabric._launch._process.pid
        first = int(Path(f"/proc/{process}/task/{process}/children").read_text())  # noqa: ASYNC240 - not a disk
        os.kill(first, signal.SIGSTOP)
        os.kill(process, signal.SIGSTOP)
        await fabric._launch.close()
        return process

    process = asyncio.run(run())
    assert not Path(f"/proc/{process}").exists()


def test_what_it_complained_of_is_told_at_its_end(namespaces: object, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with KernelFabric(world(), services="") as fabric:
            fabric._launch._complaints.write(b"first\nlast\n")
            fabric._launch._complaints.flush()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert [record.getMessage() for record in caplog.records] == ["the lab's process complained: last"]


def _stop(fabric: KernelFabric) -> None:
    """Have a lab hang."""
    process = fabric._launch._process.pid
    os.kill(int(Path(f"/proc/{process}/task/{process}/children").read_text()), signal.SIGSTOP)


def test_a_question_to_a_lab_that_hangs_ends_it(
    namespaces: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(channel, "SECONDS_TO_ANSWER", 0.1)

    async def run() -> float:
        async with KernelFabric(world(), services="") as fabric:
            _stop(fabric)
            began = time.monotonic()
            assert fabric.events() == ()
            with pytest.raises(LabError, match="the lab has ended"):
                fabric.counts()
        return time.monotonic() - began

    assert asyncio.run(run()) < 2
    assert [record.getMessage() for record in caplog.records] == ["the lab did not answer, so it was ended"]


def test_who_stops_waiting_for_a_program_does_not_wait_for_a_lab_that_hangs(
    namespaces: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "SECONDS_TO_ANSWER", 0.1)

    async def run() -> float:
        async with KernelFabric(world(), services="") as fabric:
            running = asyncio.ensure_future(fabric.run("", ["sleep", "60"]))
            await asyncio.sleep(0.1)
            _stop(fabric)
            began = time.monotonic()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert fabric._launch.channel.has_ended
        return time.monotonic() - began

    assert asyncio.run(run()) < 2
