"""What the worlds of China do at times, and what stays of it."""

from __future__ import annotations

import asyncio

from tests.lab.client import Client
from trigpoint.lab.lab import Lab

FORGED, TRUE = "198.51.100.178", "203.0.113.10"
BEGIN, END = 1_782_900.0, 1_784_340.0  # seconds: 21 January 2014, 15:15 to 15:39, with the year's first second as 0
HOUR = 3_600.0


def test_the_accident_of_2014_outlasts_itself_in_the_cache_of_a_resolver_and_leads_nowhere() -> None:
    async def main(lab: Lab) -> list[tuple[str, ...]]:
        client = Client(lab.client(), lab.bundle().read_text(), "192.0.2.53", 10.0)
        seen = []
        for moment in (BEGIN - 60, BEGIN + 60, END + 60, END + HOUR + 60):
            await asyncio.sleep(moment - asyncio.get_running_loop().time())
            answers = await client.resolve("news.example", 4, "192.0.2.53")
            seen.append(tuple(answers[0]))
        return seen

    lab = Lab("gfw-2014", fabric="virtual")
    assert lab.play(main) == [(TRUE,), (FORGED,), (FORGED,), (TRUE,)]
