"""Many connections at once all end as they must."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.lab.behaviours.stage import world
from tests.lab.client import failure_of
from tests.lab.test_lab import FABRICS
from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from trigpoint.lab.log import Logged

CROWD, WEB = 500, ("203.0.113.10", "2001:db8:80::a")


async def handshakes(lab: Lab) -> list[tuple[str, str]]:
    """Shake hands with one server, all at once, a quarter under a listed name; gives name and failure."""
    context = ssl.create_default_context(cafile=str(lab.bundle()))
    stack = lab.client()

    async def one(number: int) -> tuple[str, str]:
        name = "tls-reset.example" if number % 4 == 0 else "tls-reset-free.example"
        try:
            async with asyncio.timeout(30):
                transport, _ = await stack.connect(
                    asyncio.Protocol, (WEB[number % 2], 443), tls=context, server_name=name
                )
        except OSError as error:
            return name, failure_of(error)
        transport.abort()
        return name, ""

    found = list(await asyncio.gather(*map(one, range(CROWD))))
    await asyncio.sleep(0)
    return found


def resets(events: tuple[Logged, ...]) -> int:
    """Count connections that were reset."""
    return len({(entry.event.client, entry.event.client_port) for entry in events if entry.event.censor == "tls-reset"})


@pytest.mark.parametrize("fabric", FABRICS)
def test_of_500_connections_at_once_every_one_ends_as_it_must(fabric: str) -> None:
    lab = Lab(world(), fabric=fabric)
    found = Counter(lab.play(handshakes))
    assert found == {("tls-reset.example", "connection_reset"): 125, ("tls-reset-free.example", ""): 375}
    assert resets(lab.events) == 125
