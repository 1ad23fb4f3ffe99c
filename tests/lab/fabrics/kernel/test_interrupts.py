"""The first interrupt is the program's, the second one ours."""

from __future__ import annotations

import asyncio
import os
import signal

from trigpoint.lab.fabrics.kernel.interrupts import second_interrupt


def test_the_first_is_passed_over_and_what_was_before_comes_back() -> None:
    stopped: list[int] = []

    async def run() -> None:
        before = signal.getsignal(signal.SIGINT)
        with second_interrupt(lambda: stopped.append(1)):
            for expected in (0, 1, 2):
                os.kill(os.getpid(), signal.SIGINT)
                for _ in range(200):  # a loaded machine may be late
                    await asyncio.sleep(0.01)
                    if len(stopped) >= expected:
                        break
                assert len(stopped) == expected
        assert signal.getsignal(signal.SIGINT) is before

    asyncio.run(run())


def test_other_threads_and_those_who_ignore_it_are_left_alone() -> None:
    async def run() -> object:
        before = signal.getsignal(signal.SIGINT)
        with second_interrupt(bool):
            return signal.getsignal(signal.SIGINT) is before

    async def elsewhere() -> object:
        return await asyncio.to_thread(asyncio.run, run())

    assert asyncio.run(elsewhere())
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert asyncio.run(run())
    finally:
        signal.signal(signal.SIGINT, before)
