"""No host is asked more than five times a second, no name is triggered within its window, and there is an end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.probe.test_sane import session
from trigpoint.lab.lab import Lab
from trigpoint.probe.budget import MOST_A_SECOND, Budget
from trigpoint.probe.nettest import Measuring

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


Result = TypeVar("Result")


def played(main: Callable[[], Awaitable[Result]]) -> Result:
    """Run in the lab's time, where a minute costs nothing."""

    async def in_lab(_: Lab) -> Result:
        return await main()

    return Lab("open", fabric="virtual").play(in_lab)


async def admitted(budget: Budget, host: str, delay: float) -> float:
    await asyncio.sleep(delay)
    await budget.admit(host)
    return asyncio.get_running_loop().time()


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= moment < start + 1 - 1e-9 for moment in moments) for start in moments)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 3)), min_size=1, max_size=40))
def test_no_second_has_more_than_five_to_one_host(asks: list[tuple[str, float]]) -> None:
    async def main() -> dict[str, list[float]]:
        budget = Budget()
        found = await asyncio.gather(*(admitted(budget, host, delay) for host, delay in asks))
        return {name: [at for (host, _), at in zip(asks, found, strict=True) if host == name] for name in "ab"}

    for moments in played(main).values():
        assert not moments or most_in_a_second(moments) <= MOST_A_SECOND


def test_who_asks_seldom_never_waits() -> None:
    async def main() -> float:
        loop, budget = asyncio.get_running_loop(), Budget()
        waited = 0.0
        for _ in range(20):
            before = loop.time()
            await budget.admit("192.0.2.1")
            waited += loop.time() - before
            await asyncio.sleep(0.21)
        return waited

    assert played(main) == 0


def test_one_host_has_one_budget_however_it_is_written() -> None:
    async def main() -> float:
        loop, budget = asyncio.get_running_loop(), Budget()
        start = loop.time()
        for host in ("a.example", "a.example:443", "https://A.example/dns-query", "http://a.example/", "A.EXAMPLE."):
            await budget.admit(host)
        assert loop.time() == start
        await budget.admit("a.example")
        return loop.time() - start

    assert played(main) == pytest.approx(1)


def test_many_hosts_do_not_slow_each_other_and_are_forgotten() -> None:
    async def main() -> int:
        loop, budget = asyncio.get_running_loop(), Budget()
        for number in range(5_000):
            await budget.admit(f"{number}.example")
            await asyncio.sleep(0.01)
        assert loop.time() < 1_000 + 5_000 * 0.011
        return len(budget._admitted)

    assert played(main) < 2_000


def test_in_the_lab_there_may_be_no_limit() -> None:
    async def main() -> float:
        loop, budget = asyncio.get_running_loop(), Budget(most_a_second=0)
        start = loop.time()
        await asyncio.gather(*(budget.admit("a.example") for _ in range(1_000)))
        return loop.time() - start

    assert played(main) == 0


def test_bytes_come_to_an_end() -> None:
    budget = Budget(most_bytes=1_000)
    budget.charge(900)
    assert (budget.bytes_left, budget.is_spent) == (100, False)
    budget.charge(101)
    assert budget.is_spent


def test_what_a_measurement_moves_is_counted_wherever_it_is_written() -> None:
    async def main() -> int:
        measuring = Measuring(session(), None)
        for diary in (measuring.diary, measuring.resolving, measuring.part(), measuring.part()):
            diary.trace().event("read", num_bytes=100)
            diary.trace().event("connect")
        return measuring.moved_bytes

    assert played(main) == 400
