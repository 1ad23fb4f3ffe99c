from __future__ import annotations

import asyncio
import inspect
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from trigpoint.lab.fabrics.virtual.timeless import TimelessLoop


def test_an_hour_of_sleep_costs_no_time() -> None:
    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        real, start = time.perf_counter(), runner.get_loop().time()
        runner.run(asyncio.sleep(3600))
        assert runner.get_loop().time() == pytest.approx(start + 3600)
        assert time.perf_counter() - real < 0.5


def test_timers_for_one_time_go_off_in_the_order_in_which_they_were_set_whatever_else_there_is() -> None:
    async def main(others: int) -> list[int]:
        loop, seen = asyncio.get_running_loop(), []
        at = loop.time() + 1
        for number in range(40):
            loop.call_at(at, seen.append, number)
            if number < others:
                loop.call_at(at - number / 100, seen.index, 0).cancel()
                loop.call_at(at + number / 100 + 0.5, seen.index, 0)
        await asyncio.sleep(1.1)
        return seen

    for others in (0, 7, 23):
        with asyncio.Runner(loop_factory=TimelessLoop) as runner:
            assert runner.run(main(others)) == list(range(40))


def test_time_does_not_pass_a_thread_at_work() -> None:
    async def main() -> str:
        loop = asyncio.get_running_loop()
        start = loop.time()
        job = loop.run_in_executor(None, time.sleep, 0.03)
        await asyncio.wait({job, asyncio.ensure_future(asyncio.sleep(5))}, return_when=asyncio.FIRST_COMPLETED)
        assert job.done()
        assert loop.time() == start
        return await asyncio.wait_for(asyncio.to_thread(lambda: "done"), 1)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        assert runner.run(main()) == "done"


def test_a_thread_that_is_given_up_does_not_stop_time() -> None:
    async def main(pool: ThreadPoolExecutor) -> float:
        start = asyncio.get_running_loop().time()
        job = asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.03)
        job.cancel()
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time() - start

    with ThreadPoolExecutor() as pool, asyncio.Runner(loop_factory=TimelessLoop) as runner:
        assert runner.run(main(pool)) == 3600


def test_other_threads_can_call_in() -> None:
    async def main() -> bool:
        loop = asyncio.get_running_loop()
        called = asyncio.Event()
        await asyncio.to_thread(loop.call_soon_threadsafe, called.set)
        return await called.wait()

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        assert runner.run(main())


@pytest.mark.parametrize("name", [name for name in dir(asyncio.AbstractEventLoop) if name.startswith("sock_")])
def test_sockets_of_the_kernel_are_refused_in_a_sentence(name: str) -> None:
    async def main() -> None:
        call = getattr(asyncio.get_running_loop(), name)
        with socket.socket() as sock, pytest.raises(NotImplementedError, match=rf"loop\.{name} needs a socket"):
            await call(sock, b"", ("127.0.0.1", 1))

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(main())


def test_every_call_on_kernel_sockets_is_refused() -> None:
    ours = {name for name, _ in inspect.getmembers(TimelessLoop) if name in vars(TimelessLoop)}
    assert {name for name in dir(asyncio.AbstractEventLoop) if name.startswith("sock_")} <= ours
