from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, SERVER, Lab, run
from trigpoint.lab.fabrics.virtual.dial import dial
from trigpoint.lab.fabrics.virtual.endpoints import endpoint
from trigpoint.lab.fabrics.virtual.tcp.state import State
from trigpoint.net.packets import FIN, RST

if TYPE_CHECKING:
    from trigpoint.lab.fabrics.virtual.stream_socket import StreamSocket


async def opened(lab: Lab) -> StreamSocket:
    await lab.server.listen(asyncio.Protocol, (SERVER, 80))
    return await dial(lab.loop.internet.host, endpoint((SERVER, 80)))


def test_the_ttl_holds_from_the_next_packet_on() -> None:
    async def main(lab: Lab) -> None:
        made = await opened(lab)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 3)
        made.write(b"hello")
        made.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 64)
        made.write(b"again")
        ttls = [sent.packet.ttl for sent in lab.carrier.sent if sent.packet.payload < sent.packet.end]
        assert ttls == [3, 64]

    run(main)


@pytest.mark.parametrize(("linger", "flag"), [(None, FIN), ((0, 0), FIN), ((1, 0), RST)])
def test_closing_ends_or_resets_as_linger_says(linger: tuple[int, int] | None, flag: int) -> None:
    async def main(lab: Lab) -> None:
        made = await opened(lab)
        if linger:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", *linger))
        made.close()
        assert lab.carrier.sent[-1].packet.flags & (FIN | RST) == flag

    run(main)


def test_what_is_over_is_forgotten_by_host_and_clock() -> None:
    async def main(lab: Lab) -> None:
        made = await opened(lab)
        assert made.getsockname()[0] == CLIENT
        made.write(b"x")
        made.abort()
        assert made.connection.state is State.CLOSED
        assert not lab.loop.internet.host.connections
        assert made._timer is None

    run(main)
