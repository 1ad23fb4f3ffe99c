"""What is slow in the world of Turkey is as slow as was reported, and not broken."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from tests.lab.worlds.observing import at_the_beginning
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load

TRIES = 4
APART = 4_000.0
"""Seconds after which what is remembered of the client is forgotten."""


@pytest.mark.parametrize("name", ["instagram.example", "twitter.example", "youtube.example"])
def test_handshakes_take_five_to_twelve_seconds(name: str) -> None:
    async def main(lab: Lab) -> list[float]:
        context, loop = ssl.create_default_context(cafile=str(lab.bundle())), asyncio.get_running_loop()
        address = lab.world.host(lab.world.targets()[name][0]).addresses[0]
        seconds = []
        for _ in range(TRIES):
            started = loop.time()
            transport, _ = await lab.client().connect(asyncio.Protocol, (address, 443), tls=context, server_name=name)
            seconds.append(loop.time() - started)
            transport.abort()
            await asyncio.sleep(APART)
        return seconds

    found = Lab(at_the_beginning(load("turkey")), fabric="virtual").play(main)
    assert len(found) == TRIES
    assert all(5 <= seconds <= 12.5 for seconds in found), found
