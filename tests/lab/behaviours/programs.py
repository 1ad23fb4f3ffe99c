"""Programs run in a lab on kernel sockets, with all that they write."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from tests.lab.behaviours.stage import world
from trigpoint.lab.fabrics.kernel.fabric import KernelFabric


class Run(NamedTuple):
    """One run of a program."""

    command: tuple[str, ...]
    code: int
    """Its exit status."""
    patterns: tuple[str, ...] = ()
    """Regular expressions that its output has all."""


def nothing() -> IO[bytes]:
    """Open the file that is always empty, and takes everything."""
    return Path(os.devnull).open("r+b")


async def outcome(fabric: KernelFabric, run: Run) -> tuple[int, str]:
    """Run it at the client; gives its status and all that it wrote."""
    with tempfile.TemporaryFile() as out, nothing() as empty:
        streams = (empty.fileno(), out.fileno(), out.fileno())
        code = await fabric.run("a1/client", run.command, streams=streams)
        out.seek(0)
        return code, out.read().decode(errors="replace")


def outcomes(runs: tuple[Run, ...], at_once: int = 24) -> list[tuple[int, str]]:
    """Run all in one lab."""

    async def main() -> list[tuple[int, str]]:
        room = asyncio.Semaphore(at_once)

        async def one(run: Run) -> tuple[int, str]:
            async with room:
                return await outcome(fabric, run)

        async with KernelFabric(world()) as fabric:
            return list(await asyncio.gather(*map(one, runs)))

    return asyncio.run(main())
