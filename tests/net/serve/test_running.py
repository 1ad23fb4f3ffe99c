from __future__ import annotations

import asyncio
import socket

import pytest

from trigpoint.net.serve.plain import Sink
from trigpoint.net.serve.running import Connection, Running, end_of, reset


async def pair(running: Running, made: type[Connection] = Sink) -> tuple[Connection, socket.socket]:
    """A connection of which one end is a plain socket."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    _, protocol = await asyncio.get_running_loop().connect_accepted_socket(lambda: made(running), ours)
    return protocol, theirs  # type: ignore[return-value]


def test_what_is_closed_is_closed_whole() -> None:
    async def run() -> None:
        running = Running()
        connection, theirs = await pair(running)
        with theirs:
            task = running.spawn(asyncio.sleep(60))
            await running.close()
            assert task.cancelled()
            assert connection.is_lost
            assert theirs.recv(1) == b""
        await running.close()

    asyncio.run(run())


def test_what_the_network_does_to_work_ends_it_quietly_and_mistakes_do_not() -> None:
    async def fails(error: Exception) -> None:
        raise error

    async def run() -> None:
        running = Running()
        await running.spawn(fails(ConnectionResetError()))
        await running.spawn(fails(TimeoutError()))
        with pytest.raises(ZeroDivisionError):
            await running.spawn(fails(ZeroDivisionError()))

    asyncio.run(run())


def test_a_writer_waits_until_there_is_room() -> None:
    async def run() -> None:
        running = Running()
        connection, theirs = await pair(running)
        with theirs:
            connection.transport.write(b"x" * 5_000_000)
            waiting = asyncio.ensure_future(connection.drained())
            await asyncio.sleep(0)
            assert not waiting.done()
            got = 0
            while got < 5_000_000:
                got += len(await asyncio.get_running_loop().sock_recv(theirs, 1 << 20))
            await waiting
            connection.transport.abort()
            await asyncio.sleep(0)
            with pytest.raises(ConnectionResetError):
                await connection.drained()

    asyncio.run(run())


def test_a_reset_reaches_the_other_end_as_one() -> None:
    async def run() -> None:
        server = await asyncio.start_server(lambda _, writer: reset(writer.transport), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        server.close()
        await server.wait_closed()

    asyncio.run(run())


def test_an_end_that_the_kernel_has_forgotten_is_empty() -> None:
    assert end_of(asyncio.Transport(), "peername") == ("", 0)
    assert end_of(asyncio.Transport({"peername": ("::1", 5, 0, 0)}), "peername") == ("::1", 5)
