"""What is slow in the world of Turkey is as slow as was reported, and not broken."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest

from tests.lab.channels import Channel, Pipe
from tests.lab.worlds.observing import Observer, at_the_beginning
from trigpoint.lab.fabrics.router import client_place
from trigpoint.lab.services.hosts import start
from trigpoint.lab.world.load import load

if TYPE_CHECKING:
    from pathlib import Path

TRIES = 4
APART = 4_000.0
"""Seconds after which what is remembered of the client is forgotten."""


async def handshakes(observer: Observer, name: str, folder: Path) -> list[float]:
    """Give the seconds that each of some handshakes takes, from ClientHello to the end of the server's flight."""
    world, loop = observer.world, asyncio.get_running_loop()
    services = await start(world, observer.stack, folder, lambda *_: None)
    try:
        context = ssl.create_default_context(cadata=services.bundle("a1").decode())
        address = world.host(world.targets()[name][0]).addresses[0]
        seconds = []
        for _ in range(TRIES):
            transport, pipe = await observer.fabric.stack(client_place("a1")).connect(Pipe, (address, 443))
            started = loop.time()
            await Channel(transport, pipe).handshake(context, name)
            seconds.append(loop.time() - started)
            transport.abort()
            await asyncio.sleep(APART)
        return seconds
    finally:
        await services.close()


@pytest.mark.parametrize("name", ["instagram.example", "twitter.example", "youtube.example"])
def test_handshakes_take_five_to_twelve_seconds(name: str, tmp_path: Path) -> None:
    observer = Observer(at_the_beginning(load("turkey")), "a1", tmp_path)
    with asyncio.Runner(loop_factory=observer.fabric.loop) as runner:
        found = runner.run(handshakes(observer, name, tmp_path))
    assert len(found) == TRIES
    assert all(5 <= seconds <= 12.5 for seconds in found), found
