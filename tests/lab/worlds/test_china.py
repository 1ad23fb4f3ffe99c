"""What the worlds of China do at times, and what stays of it."""

from __future__ import annotations

import asyncio

from tests.lab.client import Client
from trigpoint.lab.lab import Lab

FORGED, TRUE = "198.51.100.178", "203.0.113.10"
BEGIN, END = 1_782_900.0, 1_784_340.0  # seconds: 21 January 2014, 15:15 to 15:39, with the year's first second as 0
HOUR = 3_600.0


def test_the_accident_of_2014_stays_in_the_cache_of_a_resolver_for_an_hour_and_its_address_does_not_answer() -> None:
    async def main(lab: Lab) -> tuple[list[tuple[str, ...]], str | None]:
        client = Client(lab.client(), lab.bundle().read_text(), "192.0.2.53", 10.0)
        loop, seen = asyncio.get_running_loop(), []
        zero = loop.time()  # of lab time
        for moment in (BEGIN - 2 * HOUR, BEGIN + 60, END + 60, BEGIN + HOUR + 120):
            await asyncio.sleep(zero + moment - loop.time())
            seen.append((await client.resolve("news.example", 4, "192.0.2.53"))[0])
        return seen, (await client.fetch("http://news.example/", 4, (FORGED,))).failure

    answers, failure = Lab("gfw-2014", fabric="virtual").play(main)
    assert answers == [(TRUE,), (FORGED,), (FORGED,), (TRUE,)]
    assert failure == "generic_timeout_error"
