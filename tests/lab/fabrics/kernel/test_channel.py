"""Requests and replies meet, whatever else is said meanwhile; the end of the lab is a refusal."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import Any

import msgspec
import pytest

from trigpoint.errors import LabError
from trigpoint.lab.fabrics.kernel.channel import Channel, checked
from trigpoint.lab.fabrics.kernel.messages import Acted, Acts, Count, Counts, Done, Refused, Reply, Request


class _Far:
    """The other end, spoken by hand."""

    def __init__(self, far: socket.socket) -> None:
        self.socket = far

    def request(self) -> Request:
        return msgspec.msgpack.decode(self.socket.recv(100_000), type=Request)

    def say(self, number: int, what: object, *descriptors: int) -> None:
        socket.send_fds(self.socket, [msgspec.msgpack.encode(Reply(number, what))], descriptors)


def _talk(talk: Any) -> None:
    async def run() -> None:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        news: list[object] = []
        channel = Channel(near, news.append)
        with far:
            await talk(channel, _Far(far), news)
        channel.close()

    asyncio.run(run())


def test_replies_find_their_requests_in_any_order() -> None:
    async def talk(channel: Channel, far: _Far, news: list[object]) -> None:
        first, second = asyncio.ensure_future(channel.ask(Count())), asyncio.ensure_future(channel.ask(Acts(1)))
        await asyncio.sleep(0)
        requests = [far.request(), far.request()]
        assert [request.what for request in requests] == [Count(), Acts(1)]
        far.say(0, Acted())
        far.say(requests[1].number, Done())
        far.say(requests[0].number, Counts(1, 2))
        assert await first == (Counts(1, 2), None)
        assert await second == (Done(), None)
        assert news == [Acted()]

    _talk(talk)


def test_who_waits_at_once_does_not_lose_what_others_wait_for() -> None:
    async def talk(channel: Channel, far: _Far, news: list[object]) -> None:
        waiting = asyncio.ensure_future(channel.ask(Count()))
        await asyncio.sleep(0)
        far.say(far.request().number, Done())
        far.say(2, Counts(3, 4))
        assert channel.ask_now(Count()) == Counts(3, 4)
        assert await waiting == (Done(), None)

    _talk(talk)


def test_a_descriptor_that_nobody_waits_for_any_more_is_closed() -> None:
    async def talk(channel: Channel, far: _Far, news: list[object]) -> None:
        waiting = asyncio.ensure_future(channel.ask(Count()))
        await asyncio.sleep(0)
        waiting.cancel()
        reading, writing = os.pipe()
        far.say(1, Done(), writing)
        os.close(writing)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.sleep(0.01)
        assert os.read(reading, 1) == b""  # no writer is left
        os.close(reading)

    _talk(talk)


def test_refusals_are_errors() -> None:
    with pytest.raises(FileNotFoundError, match="no curl"):
        checked(Refused("no curl", 2))
    with pytest.raises(LabError, match=r"^no$"):
        checked(Refused("no"))
    assert checked(Done()) == Done()


@pytest.mark.parametrize("said", [b"", b"\xc1", b"\x93\x01"])
def test_an_end_in_the_middle_refuses_everybody(said: bytes) -> None:
    async def talk(channel: Channel, far: _Far, news: list[object]) -> None:
        waiting = asyncio.ensure_future(channel.ask(Count()))
        await asyncio.sleep(0)
        if said:
            far.socket.send(said)
        else:
            far.socket.close()
        with pytest.raises(LabError, match="has ended"):
            await waiting
        await channel.ended()
        assert channel.has_ended
        with pytest.raises(LabError, match="has ended"):
            channel.ask_now(Count())

    _talk(talk)


def test_an_end_before_a_request_is_noticed_by_sending() -> None:
    async def talk(channel: Channel, far: _Far, news: list[object]) -> None:
        far.socket.close()
        with pytest.raises(LabError, match="has ended"):
            await channel.ask(Count())

    _talk(talk)
