"""The probe among the real sockets of a lab: ``python -m trigpoint.rehearsal.inside UNIT.json REHEARSED.json``."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from trigpoint.net.dial.system import make_room_for_lookups
from trigpoint.rehearsal import Rehearsed, Unit, measured, session_in, world_of


def main(asked: Path, told: Path) -> None:
    """Measure what a file asks for, and write down what came of it.

    Raises:
        InputError: as :func:`trigpoint.rehearsal.measured`.

    """
    unit = msgspec.json.decode(asked.read_bytes(), type=Unit)
    told.write_bytes(msgspec.json.encode(asyncio.run(_measured(unit))))


async def _measured(unit: Unit) -> Rehearsed:
    make_room_for_lookups()
    world = world_of(unit)
    bundle = Path(os.environ["SSL_CERT_FILE"])  # set by the lab for each program that runs in it
    return await measured(session_in(world, unit.network, bundle, wall=time.time, seed=unit.seed), unit)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # whoever runs the lab says so
        main(Path(sys.argv[1]), Path(sys.argv[2]))
