"""The lab's time begins with its loop."""

from __future__ import annotations

import asyncio

from trigpoint.lab.fabrics.kernel.clock import LabLoop


def test_time_begins_at_nought_and_sleeps_are_as_long_as_ever() -> None:
    async def run() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.sleep(0.02)
        return begun, loop.time() - begun

    with asyncio.Runner(loop_factory=LabLoop) as runner:
        begun, passed = runner.run(run())
    assert 0 <= begun < 5
    assert 0.019 <= passed < 5
