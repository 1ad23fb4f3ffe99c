from __future__ import annotations

import errno
import socket
import struct

import pytest

from trigpoint.lab.fabrics.virtual.sockets import IP_RECVERR, VirtualSocket
from trigpoint.net.packets import address_bytes

V4, V6 = address_bytes("192.0.2.1"), address_bytes("2001:db8::1")


def test_a_socket_says_what_it_is() -> None:
    made = VirtualSocket(socket.AF_INET6, socket.SOCK_STREAM)
    assert (made.family, made.type, made.proto) == (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    assert VirtualSocket(socket.AF_INET, socket.SOCK_DGRAM).proto == socket.IPPROTO_UDP
    assert made.fileno() == -1
    assert made.gettimeout() == 0
    made.setblocking(False)
    with pytest.raises(OSError, match="not connected") as caught:
        made.getpeername()
    assert caught.value.errno == errno.ENOTCONN
    with pytest.raises(NotImplementedError):
        made.getsockname()


def test_the_ttl_of_each_family_is_its_own() -> None:
    made = VirtualSocket(socket.AF_INET6, socket.SOCK_DGRAM)
    made.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 5)
    assert (made.ttl(V4), made.ttl(V6)) == (5, 64)
    made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, struct.pack("i", 7))
    assert made.ttl(V6) == 7
    assert made.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) == 7


@pytest.mark.parametrize("value", [0, 256, -1])
def test_a_ttl_that_cannot_be_is_refused(value: int) -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        VirtualSocket(socket.AF_INET, socket.SOCK_STREAM).setsockopt(socket.IPPROTO_IP, socket.IP_TTL, value)


def test_options_are_kept_as_numbers_or_bytes() -> None:
    made = VirtualSocket(socket.AF_INET, socket.SOCK_STREAM)
    assert made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    assert made.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 64
    assert made.getsockopt(socket.IPPROTO_IP, socket.IP_TTL, 4) == b"\x40\0\0\0"
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))
    assert made.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == struct.pack("ii", 1, 5)
    assert not made.resets_on_close
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert made.resets_on_close


def test_every_error_is_wanted_by_who_asks() -> None:
    made = VirtualSocket(socket.AF_INET, socket.SOCK_DGRAM)
    assert not made.wants_every_error
    made.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    assert made.wants_every_error
