"""Nettests in a world of the lab, with the session that a rehearsal has there."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from trigpoint.archive.format import Origin
from trigpoint.archive.formats.ooni import FORMAT
from trigpoint.lab.lab import Lab
from trigpoint.probe.run import Job, Measured, measure, record
from trigpoint.rehearsal import session_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trigpoint.model.measurement import Measurement
    from trigpoint.probe.nettest import Keys

ECHO, ECHO6 = "198.51.100.7", "2001:db8:e::7"
"""The host that echoes."""


class Made(NamedTuple):
    """One measurement."""

    keys: Keys
    measured: Measured
    read: Measurement
    """What a reader makes of its record."""
    line: bytes
    """The record."""

    @property
    def arms(self) -> dict[str, Any]:
        """The parts by their names."""
        return {part["arm"]: part for part in self.keys["x_parts"]}


def made(
    nettest: str,
    world: str,
    input: str | None,  # noqa: A002 - OONI's name
    *,
    network: str = "",
    options: dict[str, Any] | None = None,
    seed: int = 0,
    prepare: Callable[[Lab], Awaitable[object]] | None = None,
    **changes: Any,
) -> Made:
    """Make one measurement at the client of a network, and read its record back."""

    async def main(lab: Lab) -> Made:
        if prepare is not None:
            await prepare(lab)
        began, loop = time.time(), asyncio.get_running_loop()
        zero = loop.time()
        session = session_in(lab.world, lab.network, lab.bundle(), wall=lambda: began + loop.time() - zero, seed=seed)
        session = msgspec.structs.replace(session, **changes)
        done = await measure(session, Job(nettest=nettest, input=input, options=options or {}))
        line = record(session, done)
        return Made(done.keys, done, FORMAT.decode(line, Origin(source="", path="")), line)

    return Lab(world, fabric="virtual", network=network, seed=seed).play(main)
