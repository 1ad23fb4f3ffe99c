from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, SERVER, Lab, run


class Diary(asyncio.DatagramProtocol):
    """Writes down what happens to it."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.seen.append("made")

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.seen.append((data, addr[0]))

    def error_received(self, exc: Exception) -> None:
        self.seen.append(type(exc))

    def connection_lost(self, _: Exception | None) -> None:
        self.seen.append("lost")


class Echo(Diary):
    """Answers."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data, addr)


def test_datagrams_go_and_come() -> None:
    async def main(lab: Lab) -> None:
        await lab.server.bind(Echo, (SERVER, 7))
        transport, diary = await lab.loop.create_datagram_endpoint(Diary, remote_addr=(SERVER, 7))
        transport.sendto(b"one")
        transport.sendto(bytearray(b"two"), (SERVER, 7))
        transport.sendto(b"")
        await asyncio.sleep(1)
        assert diary.seen == ["made", (b"one", SERVER), (b"two", SERVER), (b"", SERVER)]
        assert transport.get_extra_info("sockname")[0] == CLIENT
        with pytest.raises(ValueError, match="Invalid address"):
            transport.sendto(b"x", (SERVER, 8))
        with pytest.raises(TypeError):
            transport.sendto("text")  # type: ignore[arg-type]
        transport.sendto(b"late")
        transport.abort()
        transport.close()
        transport.sendto(b"later")
        await asyncio.sleep(1)
        assert diary.seen[4:] == ["lost"]
        assert transport.is_closing()

    run(main)


def test_a_closed_port_is_an_error_of_a_connected_socket() -> None:
    async def main(lab: Lab) -> None:
        transport, diary = await lab.loop.create_datagram_endpoint(Diary, remote_addr=(SERVER, 9))
        transport.sendto(b"x")
        await asyncio.sleep(1)
        assert diary.seen == ["made", ConnectionRefusedError]
        transport.close()

    run(main)


def test_a_socket_of_every_address_hears_nothing_of_closed_ports() -> None:
    async def main(lab: Lab) -> None:
        transport, diary = await lab.loop.create_datagram_endpoint(Diary, local_addr=("0.0.0.0", 0))  # noqa: S104 - in memory
        transport.sendto(b"x", (SERVER, 9))
        transport.sendto(b"x")
        await asyncio.sleep(1)
        assert diary.seen == ["made", OSError]  # the second has no destination
        assert transport.get_extra_info("peername") is None
        transport.close()

    run(main)


def test_a_protocol_may_be_replaced_or_close_at_once() -> None:
    class Shy(Diary):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            transport.close()

    async def main(lab: Lab) -> None:
        await lab.server.bind(Echo, (SERVER, 7))
        transport, first = await lab.loop.create_datagram_endpoint(Diary, remote_addr=(SERVER, 7))
        second = Diary()
        transport.set_protocol(second)
        transport.sendto(b"x")
        await asyncio.sleep(1)
        assert (first.seen, second.seen) == (["made"], [(b"x", SERVER)])
        assert transport.get_protocol() is second
        assert transport.get_write_buffer_size() == 0
        _, shy = await lab.loop.create_datagram_endpoint(Shy, remote_addr=(SERVER, 7))
        await asyncio.sleep(1)
        assert shy.seen == ["made", "lost"]
        transport.close()

    run(main)


def test_what_arrives_while_it_closes_is_not_told() -> None:
    async def main(lab: Lab) -> None:
        transport, diary = await lab.loop.create_datagram_endpoint(Diary, remote_addr=(SERVER, 9))
        transport._received(b"x", (SERVER, 9))
        transport.close()
        transport._received(b"x", (SERVER, 9))
        transport._failed(OSError())
        await asyncio.sleep(1)
        assert diary.seen == ["made", (b"x", SERVER), "lost"]

    run(main)
