from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.lab.services.clients import get
from tests.lab.services.loopback import SECOND, WEB, Lab, made, running
from tests.net.serve.settling import comes_to

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.lab.services.loopback import Address

BOX = "192.0.2.99"
CENSOR = {"id": "proxy", "behaviour": "tcp_proxy", "to": "box", "networks": ["a1"]}


def within(run: Callable[[Lab], Awaitable[None]], origin: Address | None, **match: object) -> None:
    box = {"name": "box", "network": "a1", "addresses": [BOX], "relays": True}

    async def whole() -> None:
        world = made(hosts=[box], censor=[{**CENSOR, "match": match}])
        async with running(world, {BOX: origin} if origin else {}) as lab:
            await run(lab)

    asyncio.run(whole())


def test_what_can_be_reached_is_handed_on_octet_for_octet() -> None:
    async def run(lab: Lab) -> None:
        response = await get(lab, "https://news.example/bytes/300000", BOX)
        assert (response.status_code, len(response.content)) == (200, 300_000)

    within(run, (WEB, 443))


def test_what_refuses_is_accepted_all_the_same_and_stays_silent() -> None:
    async def run(lab: Lab) -> None:
        reader, writer = await asyncio.open_connection(*lab.end(BOX, 443))
        writer.write(b"a ClientHello")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(1), 5) == b"", "it notices that the client leaves"
        writer.close()

    within(run, (SECOND, 443))


def test_a_client_that_leaves_before_the_server_answers_leaves_nothing_behind() -> None:
    async def run(lab: Lab) -> None:
        idle = lab.services._running.open
        _, writer = await asyncio.open_connection(*lab.end(BOX, 443))
        writer.transport.abort()
        assert await comes_to(lab.services._running, idle, 0)

    within(run, (WEB, 443))


def test_nobody_gets_in_who_was_not_diverted() -> None:
    async def run(lab: Lab) -> None:
        reader, writer = await asyncio.open_connection(*lab.end(BOX, 443))
        with suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(1), 5) == b""
        writer.close()

    within(run, None)


def test_it_listens_where_its_censors_look() -> None:
    async def run(lab: Lab) -> None:
        assert {port for address, port, _ in lab.ports if address == BOX} == {8080}

    within(run, (WEB, 443), ports=[8080])
