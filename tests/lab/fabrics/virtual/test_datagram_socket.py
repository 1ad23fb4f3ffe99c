from __future__ import annotations

import errno
import socket

import pytest

from tests.lab.fabrics.virtual.carriers import CLIENT, CLIENT6, SERVER, SERVER6, Lab, run
from trigpoint.lab.fabrics.virtual.datagram_socket import DatagramSocket
from trigpoint.lab.fabrics.virtual.endpoints import ANY4, ANY6, endpoint
from trigpoint.lab.fabrics.virtual.icmp import Trouble
from trigpoint.lab.fabrics.virtual.sockets import IP_RECVERR
from trigpoint.net.packets import UDP


def test_an_ipv6_socket_at_every_address_talks_ipv4_too() -> None:
    async def main(lab: Lab) -> None:
        made = DatagramSocket(lab.loop.internet.host, socket.AF_INET6, (ANY6, 0))
        made.send(b"four", (f"::ffff:{SERVER}", 53, 0, 0))
        made.send(b"six", (SERVER6, 53, 0, 0))
        packets = [sent.packet for sent in lab.carrier.sent]
        assert [(p.source, p.target, p.content) for p in packets] == [
            (endpoint((CLIENT, 0))[0], endpoint((SERVER, 0))[0], b"four"),
            (endpoint((CLIENT6, 0))[0], endpoint((SERVER6, 0))[0], b"six"),
        ]
        heard: list[object] = []
        made.on_datagram = lambda data, source: heard.append((data, source))
        made.datagram_received(b"answer", endpoint((SERVER, 53)))
        assert heard == [(b"answer", (f"::ffff:{SERVER}", 53, 0, 0))]
        made.close()
        assert not lab.loop.internet.host.datagrams

    run(main)


def test_a_port_belongs_to_one_socket() -> None:
    async def main(lab: Lab) -> None:
        host = lab.loop.internet.host
        one = DatagramSocket(host, socket.AF_INET, endpoint((CLIENT, 53)))
        with pytest.raises(OSError, match="in use"):
            DatagramSocket(host, socket.AF_INET, endpoint((CLIENT, 53)))
        with pytest.raises(OSError, match="assign"):
            DatagramSocket(host, socket.AF_INET, endpoint((SERVER, 53)))
        one.close()
        DatagramSocket(host, socket.AF_INET, (ANY4, 53))
        with pytest.raises(OSError, match="in use"):
            DatagramSocket(host, socket.AF_INET, endpoint((CLIENT, 53)))

    run(main)


@pytest.mark.parametrize(
    ("data", "address", "number"),
    [
        (b"x", None, errno.EDESTADDRREQ),
        (b"x", (SERVER6, 53), errno.ENETUNREACH),
        (bytes(65_508), (SERVER, 53), errno.EMSGSIZE),
    ],
)
def test_what_cannot_be_sent_is_said(data: bytes, address: tuple[str, int] | None, number: int) -> None:
    async def main(lab: Lab) -> None:
        made = DatagramSocket(lab.loop.internet.host, socket.AF_INET, endpoint((CLIENT, 0)))
        with pytest.raises(OSError, match=r".") as caught:
            made.send(data, address)
        assert caught.value.errno == number
        with pytest.raises(OSError, match="not connected"):
            made.getpeername()

    run(main)


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("is_connected", [False, True])
@pytest.mark.parametrize("is_hard", [False, True])
def test_errors_are_told_as_linux_does(*, asks: bool, is_connected: bool, is_hard: bool) -> None:
    async def main(lab: Lab) -> None:
        made = DatagramSocket(lab.loop.internet.host, socket.AF_INET, endpoint((CLIENT, 0)))
        heard: list[OSError] = []
        peer = endpoint((SERVER, 53))
        trouble = Trouble(errno.ECONNREFUSED, is_hard, UDP, endpoint(made.getsockname()), peer, 0, 0)
        made.trouble_received(trouble)
        made.datagram_received(b"nobody listens", peer)
        made.on_error = heard.append
        if is_connected:
            made.connect(peer)
            assert made.getpeername() == (SERVER, 53)
        made.setsockopt(socket.IPPROTO_IP, IP_RECVERR, int(asks))
        made.trouble_received(trouble)
        assert len(heard) == (asks or (is_connected and is_hard))
        assert all(isinstance(error, ConnectionRefusedError) for error in heard)

    run(main)
