"""What a client behind the cut cable sees: its rows of truth allow anything, so here is what it must be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.lab.client import Client
from trigpoint.lab.lab import Lab

if TYPE_CHECKING:
    from tests.lab.client import Fetched

SITES = {
    "news.example": "203.0.113.10",
    "shop.example": "203.0.113.64",
    "bank.example": "203.0.113.80",
    "ministry.example": "203.0.113.82",
}
OVER = 120_100.0  # seconds of lab time, after the last repair


def test_every_site_fails_at_any_step_while_the_cable_is_cut_and_none_afterwards() -> None:
    async def round_of(client: Client) -> list[Fetched]:
        ways = [(f"https://{site}/", at) for site, address in SITES.items() for at in [()] + 9 * [(address,)]]
        return list(await asyncio.gather(*(client.fetch(url, 4, at) for url, at in ways)))

    async def main(lab: Lab) -> list[list[Fetched]]:
        client = Client(lab.client(), lab.bundle().read_text(), "192.0.2.245", 10.0)
        begun = asyncio.get_running_loop().time()
        cut = await round_of(client)
        await asyncio.sleep(begun + OVER - asyncio.get_running_loop().time())
        return [cut, await round_of(client)]

    cut, mended = Lab("shutdown", fabric="virtual", network="a4", seed=2).play(main)
    failed = [each for each in cut if each.failure]
    assert len(failed) > 0.8 * len(cut)
    assert {each.failure for each in failed} <= {"generic_timeout_error", "dns_servfail_error"}
    assert {each.step for each in failed} >= {"dns", "tcp", "tls"}  # it is the line, not a name or a step
    assert {each.failure for each in mended} == {None}
