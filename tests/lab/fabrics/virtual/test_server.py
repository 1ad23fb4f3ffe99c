from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from tests.lab.fabrics.virtual.carriers import SECOND, SERVER, SERVER6, Lab, Straight, run
from trigpoint.net.packets import ACK, RST, SYN


class Greeting(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        transport.write(b"hello")


async def greeting(address: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(address, port)
    try:
        return await reader.readexactly(5)
    finally:
        writer.close()


def test_a_server_accepts_at_every_address_until_it_is_closed() -> None:
    async def main(lab: Lab) -> None:
        with lab.loop.internet.at("server"):
            server = await lab.loop.create_server(Greeting, None, 80)
        assert {sock.getsockname()[0] for sock in server.sockets} == {"0.0.0.0", "::"}  # noqa: S104 - in memory
        assert {sock.family for sock in server.sockets} == {socket.AF_INET, socket.AF_INET6}
        assert server.is_serving()
        assert server.get_loop() is lab.loop
        assert [await greeting(address, 80) for address in (SERVER, SECOND, SERVER6)] == [b"hello"] * 3
        server.close()
        server.close()
        await server.wait_closed()
        assert (server.is_serving(), server.sockets) == (False, ())
        with pytest.raises(ConnectionRefusedError):
            await greeting(SERVER, 80)

    run(main)


def test_a_port_is_accepted_at_by_one_server() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.listen(Greeting, (SERVER, 80))
        await lab.server.listen(Greeting, (SECOND, 80))
        with pytest.raises(OSError, match="in use"):
            await lab.server.listen(Greeting, (SERVER, 80))
        with pytest.raises(OSError, match="assign"):
            await lab.client.listen(Greeting, (SERVER, 80))

    run(main)


def test_a_server_may_begin_later_and_run_until_it_is_cancelled() -> None:
    async def main(lab: Lab) -> None:
        with lab.loop.internet.at("server"):
            server = await lab.loop.create_server(Greeting, SERVER, 80, start_serving=False)
        with pytest.raises(ConnectionRefusedError):
            await greeting(SERVER, 80)
        await server.start_serving()
        task = asyncio.ensure_future(server.serve_forever())
        assert await greeting(SERVER, 80) == b"hello"
        with pytest.raises(RuntimeError, match="already being awaited"):
            await server.serve_forever()
        server.close()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(RuntimeError, match="is closed"):
            await server.serve_forever()

    run(main)


def test_a_protocol_that_cannot_be_made_resets_its_connection_only() -> None:
    async def main(lab: Lab) -> None:
        told: list[Any] = []
        lab.loop.set_exception_handler(lambda _, context: told.append(context["exception"]))

        def factory() -> asyncio.Protocol:
            if not told:
                message = "no protocol"
                raise ValueError(message)
            return Greeting()

        await lab.server.listen(factory, (SERVER, 80))
        with pytest.raises(ConnectionResetError):
            await greeting(SERVER, 80)
        assert str(told[0]) == "no protocol"
        assert await greeting(SERVER, 80) == b"hello"

    run(main)


def test_handshakes_that_end_with_the_server_or_never_leave_nothing() -> None:
    carrier = Straight(lambda packet: [] if packet.flags == ACK else [(0.0, packet.data)])

    async def main(lab: Lab) -> None:
        server = await lab.server.listen(Greeting, (SERVER, 80))
        _, writer = await asyncio.open_connection(SERVER, 80)
        with lab.loop.internet.at("server"):
            host = lab.loop.internet.host
        assert len(host.connections) == 1
        await asyncio.sleep(100)
        assert not host.connections
        writer.write(b"x")
        await asyncio.sleep(1)
        with pytest.raises(ConnectionResetError):  # the server knows nothing of it any more, and says so
            await writer.drain()
        _, writer = await asyncio.open_connection(SERVER, 80)
        server.close()
        carrier.change = lambda packet: [(0.0, packet.data)]
        writer.write(b"x")
        await asyncio.sleep(1)
        assert lab.carrier.sent[-1].packet.flags & RST
        assert not host.connections
        writer.close()
        assert carrier.sent[0].packet.flags == SYN

    run(main, carrier)
