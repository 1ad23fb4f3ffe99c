from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, CLIENT6, SECOND, SERVER, SERVER6, Lab, Straight, run
from tests.lab.fabrics.virtual.pki import NAME, client_context, server_context
from tests.lab.fabrics.virtual.test_datagram_transport import Diary
from tests.lab.fabrics.virtual.test_server import Greeting
from trigpoint.lab.fabrics.virtual.stack import VirtualStack
from trigpoint.net.packets import IcmpError, Packet, address_bytes, icmp_error

if TYPE_CHECKING:
    from trigpoint.lab.stack import Stack


class Reader(asyncio.Protocol):
    def __init__(self) -> None:
        self.data: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.data.set_result(data)


def test_a_place_connects_with_and_without_tls_from_an_address_of_its_own() -> None:
    async def main(lab: Lab) -> None:
        client: Stack = lab.client
        server: Stack = lab.server
        await server.listen(Greeting, (SERVER, 80))
        await server.listen(Greeting, (SERVER, 443), tls=server_context())
        transport, reader = await client.connect(Reader, (SERVER, 80))
        assert await reader.data == b"hello"
        transport.close()
        transport, reader = await client.connect(Reader, (SERVER, 443), tls=client_context(), server_name=NAME)
        assert await reader.data == b"hello"
        transport.close()
        await lab.client.listen(Greeting, (CLIENT, 80))
        transport, _ = await server.connect(Reader, (CLIENT, 80), local=SECOND)
        assert transport.get_extra_info("sockname")[0] == SECOND
        transport.close()

    run(main)


@pytest.mark.parametrize(("remote", "own"), [(CLIENT, SECOND), (CLIENT6, SERVER6)])
def test_a_host_talks_from_its_own_address(remote: str, own: str) -> None:
    async def main(lab: Lab) -> None:
        host = VirtualStack(lab.loop, "server", (SECOND, SERVER6))
        await lab.client.listen(Greeting, (remote, 80))
        transport, _ = await host.connect(Reader, (remote, 80))
        datagrams, _ = await host.datagrams(asyncio.DatagramProtocol, (remote, 53))
        assert [each.get_extra_info("sockname")[0] for each in (transport, datagrams)] == [own, own]
        transport.close()
        datagrams.close()

    run(main)


def test_a_program_that_a_server_starts_is_where_the_server_is() -> None:
    async def main(lab: Lab) -> None:
        async def relay(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            reader, other = await asyncio.open_connection(CLIENT, 80)
            writer.write(await reader.readexactly(5) + str(other.get_extra_info("sockname")[0]).encode())
            other.close()
            writer.close()

        await lab.client.listen(Greeting, (CLIENT, 80))
        loop = asyncio.get_running_loop()
        await lab.server.listen(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader(loop=loop), relay, loop=loop), (SERVER, 80)
        )
        reader, writer = await asyncio.open_connection(SERVER, 80)
        assert await reader.read() == b"hello" + SERVER.encode()
        writer.close()

    run(main)


@pytest.mark.parametrize(("remote", "own"), [(SERVER, CLIENT), (SERVER6, CLIENT6)])
def test_datagrams_have_the_port_and_ttl_that_are_asked_for(remote: str, own: str) -> None:
    async def main(lab: Lab) -> None:
        transport, _ = await lab.client.datagrams(Diary, (remote, 53), port=4000, ttl=3)
        transport.sendto(b"x")
        other, _ = await lab.client.datagrams(Diary, (remote, 53), local=own)
        other.sendto(b"x")
        first, second = [sent.packet for sent in lab.carrier.sent]
        assert (first.source, first.source_port, first.ttl) == (address_bytes(own), 4000, 3)
        assert (second.source, second.ttl) == (address_bytes(own), 64)
        transport.close()
        other.close()

    run(main)


def test_every_icmp_error_is_told() -> None:
    def change(packet: Packet) -> list[tuple[float, bytes]]:
        return [(0.0, icmp_error(address_bytes("198.51.100.1"), packet.data, IcmpError.TIME_EXCEEDED) or b"")]

    async def main(lab: Lab) -> None:
        errors: list[Any] = []

        class Errors(asyncio.DatagramProtocol):
            def error_received(self, exc: Exception) -> None:
                errors.append(exc)

        transport, _ = await lab.client.datagrams(Errors, (SERVER, 33434), ttl=1)
        transport.sendto(b"x")
        await asyncio.sleep(1)
        assert [error.errno for error in errors] == [errno.EHOSTUNREACH]
        transport.close()

    run(main, Straight(change))


def test_a_place_must_exist_and_addresses_be_its_own() -> None:
    async def main(lab: Lab) -> None:
        with pytest.raises(KeyError):
            VirtualStack(lab.loop, "nowhere")
        with pytest.raises(OSError, match="assign"):
            await lab.client.bind(Diary, (SERVER, 53))
        with pytest.raises(OSError, match="assign"):
            await lab.client.datagrams(Diary, (SERVER, 53), local=SECOND)
        bound = await lab.client.bind(Diary, (CLIENT, 53))
        assert bound.get_extra_info("socket").family == socket.AF_INET
        bound.close()

    run(main)
