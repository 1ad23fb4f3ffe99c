"""What the world of Russia does to a client where no row of truth can say at which step it shows."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests.lab.client import Client
from tests.lab.test_lab import FABRICS
from trigpoint.lab.lab import Lab

STALLED = "generic_timeout_error"
VISITS = 12


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize("family", [4, 6])
def test_a_name_of_the_second_list_stalls_some_packets_behind_its_hello_and_others_there_do_not(
    fabric: str, family: int
) -> None:
    async def main(lab: Lab) -> Counter[tuple[str, str | None]]:
        client = Client(lab.client(), lab.bundle().read_text(), "192.0.2.53", 20.0, {"tls": 4.0, "http": 4.0})
        urls = ["https://play.example/"] * VISITS
        at = [address for address in lab.world.host("google").addresses if (":" in address) == (family == 6)]
        fetched = await asyncio.gather(*(client.fetch(url, family, tuple(at)) for url in urls))
        other = await client.fetch("https://youtube.example/", family, tuple(at))
        assert (other.step, other.failure) == ("", None)
        return Counter((each.step, each.failure) for each in fetched)

    seen = Lab("tspu", fabric=fabric, seed=2).play(main)
    stalled = seen["tls", STALLED] + seen["http", STALLED]
    # One flow of ten goes round the box. Real TCP that is held up sends more in a packet, and a page may come through.
    assert stalled >= (0.7 * VISITS if fabric == "virtual" else 2)
    assert stalled + seen["", None] == VISITS
