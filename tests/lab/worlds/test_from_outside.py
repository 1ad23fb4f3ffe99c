"""Filters that look both ways, asked by somebody outside who has nobody inside: item 11 of what no other lab has."""

from __future__ import annotations

import asyncio

import pytest

from tests.lab.channels import Pipe, Replies
from tests.lab.talks import query, request
from tests.lab.test_lab import FABRICS
from trigpoint.lab.lab import Lab
from trigpoint.lab.truth import compare
from trigpoint.net.dns_message import parse_message
from trigpoint.net.dns_records import address_of


@pytest.mark.parametrize("fabric", FABRICS)
@pytest.mark.parametrize(("world", "answer"), [("turkmenistan", "127.0.0.1"), ("iran", "10.10.34.36")])
def test_any_address_inside_answers_for_a_listed_name(fabric: str, world: str, answer: str) -> None:
    name = "twitter.example"

    async def main(lab: Lab) -> list[str | None]:
        transport, replies = await lab.stack("outside").datagrams(Replies, (lab.world.networks[0].client[0], 53))
        transport.sendto(query(name))
        async with asyncio.timeout(20):
            data = await replies.queue.get()
        transport.close()
        assert isinstance(data, bytes)
        reply = parse_message(data)
        assert reply is not None
        return [address_of(record) for record in reply.answers]

    lab = Lab(world, fabric=fabric, seed=1)
    assert lab.play(main) == [answer]
    assert {(logged.network, logged.event.name) for logged in lab.events} == {("a1", name)}
    assert compare(lab.world, lab.events).unforeseen == ()


@pytest.mark.parametrize("fabric", FABRICS)
def test_who_asks_a_server_inside_by_a_listed_host_gets_the_page(fabric: str) -> None:
    async def main(lab: Lab) -> bytes:
        transport, pipe = await lab.stack("outside").connect(Pipe, ("10.10.34.36", 80))
        transport.write(request("facebook.example"))
        async with asyncio.timeout(20):
            heard = await pipe.read()
        transport.abort()
        return heard

    lab = Lab("iran", fabric=fabric, seed=1)
    assert b"policy=MainPolicy" in lab.play(main)
    assert {logged.event.censor for logged in lab.events} == {"http-page"}
