from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from trigpoint.lab.services.relay import Relay
from trigpoint.net.serve.plain import Echo
from trigpoint.net.serve.running import Connection, Running, reset

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Talker(Connection):
    """Speaks first, and then echoes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.write(b"hello ")

    def data_received(self, data: bytes) -> None:
        if data == b"reset":
            reset(self.transport)
        elif data == b"close":
            self.transport.close()
        else:
            self.transport.write(data)


def relayed(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], origin: type[Connection] = Talker
) -> None:
    """Run a client whose words a relay hands on to an origin."""

    async def run() -> None:
        running, loop = Running(), asyncio.get_running_loop()
        server = await loop.create_server(lambda: origin(running), "127.0.0.1", 0)
        first = Relay(running)
        await loop.create_connection(lambda: first, *server.sockets[0].getsockname())
        await asyncio.sleep(0.01)
        front = await loop.create_server(lambda: Relay(running, first), "127.0.0.1", 0)
        running.listens(server)
        running.listens(front)
        reader, writer = await asyncio.open_connection(*front.sockets[0].getsockname())
        try:
            await asyncio.wait_for(talk(reader, writer), 10)
        finally:
            writer.close()
            await running.close()

    asyncio.run(run())


def test_what_the_origin_said_early_is_heard_and_half_closed_ends_stay_open() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"world")
        writer.write_eof()
        assert await reader.read() == b"hello world"

    relayed(talk)


def test_much_goes_through_both_ways() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = bytes(range(256)) * 40_000
        writer.write(said)
        await asyncio.sleep(0.02)
        assert await reader.readexactly(len(said)) == said

    relayed(talk, Echo)


def test_a_reset_is_handed_on_as_one() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(6)
        writer.write(b"reset")
        with pytest.raises(ConnectionResetError):
            await reader.read()

    relayed(talk)


def test_an_end_is_handed_on_as_one() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"close")
        assert await reader.read() == b"hello "

    relayed(talk)


def test_a_client_that_comes_too_late_is_closed() -> None:
    async def run() -> None:
        running, loop = Running(), asyncio.get_running_loop()
        first = Relay(running)
        first.is_lost = True
        front = await loop.create_server(lambda: Relay(running, first), "127.0.0.1", 0)
        running.listens(front)
        reader, writer = await asyncio.open_connection(*front.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        await running.close()

    asyncio.run(run())


def test_a_reader_that_waits_stops_the_writer_at_the_other_end() -> None:
    class Kept(asyncio.Transport):
        def __init__(self) -> None:
            super().__init__()
            self.calls: list[str] = []

        def pause_reading(self) -> None:
            self.calls.append("pause")

        def resume_reading(self) -> None:
            self.calls.append("resume")

        def can_write_eof(self) -> bool:
            return False

    async def run() -> None:
        first = Relay(Running())
        second = Relay(first.running, first)
        one, two = Kept(), Kept()
        first.pause_writing()  # nobody is there yet
        first.resume_writing()
        first.connection_made(one)
        await asyncio.sleep(0)
        second.connection_made(two)
        second.pause_writing()
        second.resume_writing()
        assert one.calls == ["pause", "resume", "pause", "resume"]
        assert not first.eof_received()
        assert not second.eof_received()
        second.is_lost = True
        first.connection_lost(None)

    asyncio.run(run())
