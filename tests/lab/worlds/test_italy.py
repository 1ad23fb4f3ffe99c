"""Whom the world of Italy's match days hits besides: everybody who shares three addresses over IPv4."""

from __future__ import annotations

import asyncio

from tests.lab.client import Client
from tests.lab.worlds.observing import at_the_beginning
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load

SHARING = ("shop.example", "blog.example", "wiki.example")


def test_fifty_innocent_names_are_gone_over_ipv4_and_none_over_ipv6() -> None:
    world = at_the_beginning(load("italy-dns"))
    names = [name for site in world.sites if site.name in SHARING for name in site.names[1:]]
    assert len(names) == 50

    async def main(lab: Lab) -> list[set[tuple[str, str | None]]]:
        client = Client(lab.client(), lab.bundle().read_text(), "192.0.2.53", 30.0, {"tcp": 5.0})
        seen = []
        for family in (4, 6):
            fetched = await asyncio.gather(*(client.fetch(f"https://{name}/", family) for name in names))
            seen.append({(each.step, each.failure) for each in fetched})
        return seen

    assert Lab(world, fabric="virtual").play(main) == [{("tcp", "generic_timeout_error")}, {("", None)}]
