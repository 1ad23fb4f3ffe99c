from __future__ import annotations

import asyncio

import pytest

from tests.lab.services.loopback import made, running
from trigpoint.net.serve.plain import Echo
from trigpoint.net.serve.running import Running

ADDRESS = "198.18.0.77"
HOST = {"name": "echo", "addresses": [ADDRESS], "echo": [7], "discard": [9]}


class Heard(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - as asyncio has it
        self.queue.put_nowait(data)


def test_what_is_said_to_the_echo_comes_back_and_to_the_other_not() -> None:
    async def run() -> None:
        async with running(made(hosts=[HOST])) as lab:
            reader, writer = await asyncio.open_connection(*lab.end(ADDRESS, 7))
            said = bytes(range(256)) * 8_000
            writer.write(said)
            assert await reader.readexactly(len(said)) == said
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
            reader, writer = await asyncio.open_connection(*lab.end(ADDRESS, 9))
            writer.write(said)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.05)
            writer.close()

    asyncio.run(run())


def test_datagrams_too() -> None:
    async def run() -> None:
        async with running(made(hosts=[HOST])) as lab:
            loop = asyncio.get_running_loop()
            for port, is_answered in ((7, True), (9, False)):
                transport, heard = await loop.create_datagram_endpoint(Heard, remote_addr=lab.end(ADDRESS, port, "udp"))
                transport.sendto(b"hello")
                if is_answered:
                    assert await asyncio.wait_for(heard.queue.get(), 2) == b"hello"
                else:
                    with pytest.raises(TimeoutError):
                        await asyncio.wait_for(heard.queue.get(), 0.05)
                transport.close()

    asyncio.run(run())


def test_who_does_not_hear_its_echo_is_not_listened_to() -> None:
    class Kept(asyncio.Transport):
        is_read = True

        def pause_reading(self) -> None:
            self.is_read = False

        def resume_reading(self) -> None:
            self.is_read = True

    async def run() -> None:
        transport, echo = Kept(), Echo(Running())
        echo.connection_made(transport)
        echo.pause_writing()
        assert not transport.is_read
        echo.resume_writing()
        assert transport.is_read

    asyncio.run(run())
