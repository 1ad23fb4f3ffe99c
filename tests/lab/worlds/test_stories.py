"""One seed tells one story, in every world, also on lines where the size of packets tells in their times."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import names

if TYPE_CHECKING:
    from trigpoint.lab.world.site import Site

PATIENCE = 20  # seconds of virtual time


async def visit(site: Site, context: ssl.SSLContext) -> None:
    reader, writer = await asyncio.open_connection(site.names[0], 443, ssl=context)
    try:
        writer.write(f"GET / HTTP/1.1\r\nHost: {site.names[0]}\r\nConnection: close\r\n\r\n".encode())
        await reader.read()
    finally:
        writer.transport.abort()


async def visit_all(lab: Lab) -> None:
    context = ssl.create_default_context(cafile=str(lab.bundle()))
    for site in lab.world.sites:
        try:
            await asyncio.wait_for(visit(site, context), PATIENCE)
        except (OSError, TimeoutError):
            continue  # how it ends is not the question here


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("name", names())
def test_two_visits_of_a_world_with_one_seed_are_logged_alike(name: str) -> None:
    stories = []
    for _ in range(2):
        lab = Lab(name, fabric="virtual", seed=5)
        lab.play(visit_all)
        stories.append([(entry.network, entry.event.story) for entry in lab.events])
    assert stories[0] == stories[1]
