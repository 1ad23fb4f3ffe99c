"""The first interrupt is the program's, the second one ours; SIGTERM is ours at once."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from trigpoint.lab.fabrics.kernel.interrupts import second_interrupt, termination


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


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda *_: None])
def test_sigterm_that_others_ignore_or_handle_is_left_alone(handler: object) -> None:
    before = signal.signal(signal.SIGTERM, handler)  # type: ignore[arg-type]
    try:
        with termination() as ending:
            assert signal.getsignal(signal.SIGTERM) is handler
            os.kill(os.getpid(), signal.SIGTERM)
        assert not ending.came
    finally:
        signal.signal(signal.SIGTERM, before)


def test_sigterm_is_an_interrupt_and_then_what_it_was() -> None:
    with termination() as ending, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    assert ending.came
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_sigterm_cancels_a_loop_s_main_task() -> None:
    async def run() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(60)

    with termination() as ending, pytest.raises(KeyboardInterrupt):
        asyncio.run(run())
    assert ending.came


def test_sigterm_stops_what_is_to_be_stopped_instead() -> None:
    async def run() -> None:
        stopped = asyncio.Event()
        with ending.stopping(stopped.set):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(stopped.wait(), 20)

    with termination() as ending:
        asyncio.run(run())
    assert ending.came
