from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from trigpoint.lab.fabrics.virtual.notices import Notices, as_bytes, finish
from trigpoint.lab.fabrics.virtual.timeless import TimelessLoop

WHERE: ContextVar[str] = ContextVar("where", default="nowhere")


def test_calls_are_made_in_order_and_in_the_context_of_who_made_them() -> None:
    async def main() -> list[object]:
        loop = asyncio.get_running_loop()
        WHERE.set("here")
        notices = Notices(loop)
        WHERE.set("elsewhere")
        seen: list[object] = []
        waiter = loop.create_future()
        transport = asyncio.BaseTransport()
        notices.begin(
            lambda given: seen.append(given is transport), transport, lambda: seen.append(WHERE.get()), waiter
        )
        await waiter
        finish(waiter)
        return seen

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        assert runner.run(main()) == [True, "here"]


def test_bytes_are_taken_as_they_are_now() -> None:
    buffer = bytearray(b"now")
    taken = as_bytes(memoryview(buffer))
    buffer[:] = b"new"
    assert taken == b"now"
    with pytest.raises(TypeError, match="bytes-like object, not 'str'"):
        as_bytes("text")
