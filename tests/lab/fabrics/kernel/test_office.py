"""Whatever is asked, the office answers; when nobody is there any more, it says so."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.fabrics.worlds import world
from trigpoint.lab.fabrics.kernel import messages
from trigpoint.lab.fabrics.kernel.diary import Diary
from trigpoint.lab.fabrics.kernel.messages import Destination, Done, Refused, Reply, Request
from trigpoint.lab.fabrics.kernel.office import Office
from trigpoint.lab.fabrics.router import Router


class _Pump:
    packets, lost = 5, 2


async def _answer(near: socket.socket) -> Reply:
    data = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(near, 300_000), 5)
    return msgspec.msgpack.decode(data, type=Reply)


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _with_office(talk: Any) -> None:
    async def run() -> None:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        near.setblocking(False)
        with near, far:
            office = Office(far, {}, {}, Router(world()), Diary(), _Pump())
            await talk(near, office)
            office.close()

    asyncio.run(run())


def test_requests_are_answered_by_their_number() -> None:
    async def talk(near: socket.socket, office: Office) -> None:
        for number, (asked, answer) in enumerate(
            [
                (messages.Count(), messages.Counts(5, 2)),
                (messages.Acts(0), messages.ActList(0, 0, ())),
                (messages.Original(("192.0.2.2", 1), ("203.0.113.10", 443), "tcp"), Destination(None)),
                (messages.Signal(7, 9), Done()),
            ],
            1,
        ):
            near.send(msgspec.msgpack.encode(Request(number, asked)))
            assert await _answer(near) == Reply(number, answer)

    _with_office(talk)


def test_what_cannot_be_is_refused_and_its_descriptors_are_closed() -> None:
    async def talk(near: socket.socket, office: Office) -> None:
        before = _descriptors()
        for asked in (
            messages.Run(1, "moon", (b"true",), {}, b"/"),
            messages.Run(1, "moon", (), {}, b"/"),
            messages.Original(("nonsense", 1), ("203.0.113.10", 443), "tcp"),
        ):
            socket.send_fds(near, [msgspec.msgpack.encode(Request(1, asked))], [0, 1, 2])
            assert isinstance((await _answer(near)).what, Refused)
        assert _descriptors() == before

    _with_office(talk)


@given(data=st.binary(min_size=1, max_size=200))
def test_nonsense_is_refused(data: bytes) -> None:
    async def talk(near: socket.socket, office: Office) -> None:
        near.send(data)
        assert isinstance((await _answer(near)).what, Refused)

    _with_office(talk)


def test_the_end_of_the_other_side_is_noticed_and_news_for_it_are_dropped() -> None:
    async def talk(near: socket.socket, office: Office) -> None:
        near.close()
        await asyncio.wait_for(office.stopped.wait(), 5)
        office.tell(Done())
        assert office.stopped.is_set()

    _with_office(talk)


def test_a_stop_is_answered_before_it_is_done() -> None:
    async def talk(near: socket.socket, office: Office) -> None:
        near.send(msgspec.msgpack.encode(Request(3, messages.Stop())))
        assert await _answer(near) == Reply(3, Done())
        assert office.stopped.is_set()

    _with_office(talk)


def test_an_end_with_something_unread_is_an_end_as_well() -> None:
    async def talk(near: socket.socket, office: Office) -> None:
        office._read()  # nothing is there yet
        office.tell(Done())
        near.close()
        await asyncio.wait_for(office.stopped.wait(), 5)
        assert office.stopped.is_set()

    _with_office(talk)
