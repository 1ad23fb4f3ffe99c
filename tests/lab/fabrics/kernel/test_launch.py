"""A lab's process ends, whatever state it is in."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab.fabrics.worlds import world
from trigpoint.lab.fabrics.kernel import launch as module
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric

if TYPE_CHECKING:
    import pytest


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
