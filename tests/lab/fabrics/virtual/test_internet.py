from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, DELAY, SERVER, Lab, Straight, run

if TYPE_CHECKING:
    from trigpoint.net.packets import Packet


class Diary(asyncio.DatagramProtocol):
    """Writes down what comes, when, and where that was."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.seen: list[Any] = []

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        self.seen.append((data, round(self.lab.loop.time() - 1000, 3), self.lab.loop.internet.place))


def test_packets_arrive_in_time_and_at_one_time_in_order() -> None:
    delays = {b"slow": 5.0, b"quick": 0.0}

    def change(packet: Packet) -> list[tuple[float, bytes]]:
        return [(delays.get(packet.content, 1.0), packet.data)]

    async def main(lab: Lab) -> None:
        diary = Diary(lab)
        await lab.server.bind(lambda: diary, (SERVER, 7))
        transport, _ = await lab.client.datagrams(asyncio.DatagramProtocol, (SERVER, 7))
        for data in (b"slow", b"c", b"a", b"b", b"quick"):
            transport.sendto(data)
        await asyncio.sleep(10)
        assert diary.seen == [
            (b"quick", DELAY, "server"),
            (b"c", 1 + DELAY, "server"),
            (b"a", 1 + DELAY, "server"),
            (b"b", 1 + DELAY, "server"),
            (b"slow", 5 + DELAY, "server"),
        ]
        transport.close()

    run(main, Straight(change))


def test_a_host_reaches_itself_without_anybody() -> None:
    async def main(lab: Lab) -> None:
        diary = Diary(lab)
        await lab.client.bind(lambda: diary, ("127.0.0.1", 7))
        transport, _ = await lab.client.datagrams(asyncio.DatagramProtocol, ("127.0.0.1", 7))
        transport.sendto(b"x")
        await asyncio.sleep(1)
        assert diary.seen == [(b"x", 0, "client")]
        assert lab.carrier.sent == []
        transport.close()

    run(main)


def test_who_is_elsewhere_comes_back() -> None:
    async def main(lab: Lab) -> None:
        internet = lab.loop.internet
        with internet.at("server"):
            assert internet.place == "server"
            task = asyncio.ensure_future(asyncio.sleep(1, internet))
            place = asyncio.ensure_future(where(lab))
        assert internet.place == "client"
        assert (await task).host.addresses == internet.host.addresses
        assert await place == "server"
        with pytest.raises(KeyError), internet.at("nowhere"):
            pass

    async def where(lab: Lab) -> str:
        await asyncio.sleep(1)
        return lab.loop.internet.place

    run(main)


def test_where_a_diverted_flow_was_going_is_asked_of_the_carrier() -> None:
    async def main(lab: Lab) -> None:
        assert lab.server.original((CLIENT, 1), (SERVER, 443), "tcp") == ("198.51.100.1", 443)
        assert lab.server.original((CLIENT, 1), (SERVER, 443), "udp") is None

    run(main)
