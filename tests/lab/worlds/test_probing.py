"""Probers open true connections: what they do to servers of the lab, in both fabrics."""

from __future__ import annotations

import asyncio
from collections import Counter

import msgspec
import pytest

from tests.lab.fabrics.worlds import HOSTS, world
from tests.lab.test_lab import FABRICS
from trigpoint.lab.lab import Lab
from trigpoint.lab.world.load import load

DENSE = bytes(number * 7 % 256 for number in range(201))
PROBERS = {
    "behaviour": "active_probe",
    "trigger": "payload",
    "match": {"ports": [7, 9]},
    "pool": ["198.51.100.201", "198.51.100.202", "2001:db8:b0::201"],
    "probes": 3,
    "kinds": ["R1", "R2", "NR2"],
    "then": ["R3", "R4", "R5"],
    "delay_seconds": 0.0,
    "delay_seconds_up_to": 0.05,
    "residual": None,
}
ECHO, DISCARD = 7, 9
SERVER = {4: "203.0.113.25", 6: "2001:db8:55::25"}
MADE = world(
    PROBERS,
    host=(*HOSTS, {"name": "proxy", "addresses": list(SERVER.values()), "echo": [ECHO], "discard": [DISCARD]}),
)
ANSWERED = Counter({"R1": 1, "R2": 1, "NR2": 1, "R3": 1, "R4": 1, "R5": 1})


class Silent(asyncio.Protocol):
    """Takes what comes."""


async def say(lab: Lab, address: str, port: int) -> None:
    transport, _ = await lab.client().connect(Silent, (address, port))
    transport.write(DENSE)  # type: ignore[attr-defined]
    await asyncio.sleep(0.2)
    transport.abort()


async def logged(lab: Lab, count: int) -> Counter[str]:
    """Give what was done, by rule, once there are so many acts; a loaded machine may need a while."""
    async with asyncio.timeout(30):
        while len(lab.events) < count:  # noqa: ASYNC110 - they come from another process
            await asyncio.sleep(0.05)
    return Counter(entry.event.rule for entry in lab.events)


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize("family", [4, 6])
def test_a_server_that_answers_is_asked_by_all_kinds(fabric: str, family: int) -> None:
    async def main(lab: Lab) -> Counter[str]:
        await say(lab, SERVER[family], ECHO)
        return await logged(lab, 13)

    answers = Counter({f"{kind} answered": 1 for kind in ANSWERED})
    assert Lab(MADE, fabric=fabric).play(main) == ANSWERED + answers + Counter(payload=1)


@pytest.mark.parametrize("fabric", FABRICS)
def test_a_server_that_says_nothing_meets_the_first_kinds_alone(fabric: str) -> None:
    async def main(lab: Lab) -> Counter[str]:
        await say(lab, SERVER[4], DISCARD)
        await logged(lab, 4)
        await asyncio.sleep(0.3)
        return await logged(lab, 4)

    assert Lab(MADE, fabric=fabric).play(main) == Counter({"R1": 1, "R2": 1, "NR2": 1, "payload": 1})


def test_in_the_world_of_2024_lengths_and_entropy_decide() -> None:
    async def main(lab: Lab) -> Counter[str]:
        proxy = lab.world.host("proxy").addresses[0]
        for payload in (DENSE[:97], b"ab" * 100 + b"c", DENSE):
            transport, _ = await lab.client().connect(Silent, (proxy, 8388))
            transport.write(payload)  # type: ignore[attr-defined]
            await asyncio.sleep(1.0)
            transport.abort()
        await asyncio.sleep(2_000.0)
        return Counter(entry.event.rule for entry in lab.events)

    made = msgspec.structs.replace(load("gfw-2024"), time_scale=1.0)
    rules = Lab(made, fabric="virtual").play(main)
    assert rules["payload"] == 1
    assert rules["R1"] == rules["R2"] == 2  # five probers of three kinds, in turn
    assert rules["R3"] == rules["R4"] == rules["R5"] == 1
