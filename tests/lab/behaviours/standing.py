"""A lab that stands for many questions from outside of its loop."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.lab.lab import Lab


@contextmanager
def standing(lab: Lab) -> Iterator[asyncio.Runner]:
    """Let a lab stand; gives what runs coroutines in it."""
    with asyncio.Runner(loop_factory=lab.loop) as runner:
        runner.run(lab.__aenter__())
        try:
            yield runner
        finally:
            runner.run(lab.__aexit__(None, None, None))
