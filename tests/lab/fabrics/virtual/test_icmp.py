from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis.strategies import binary, sampled_from

from trigpoint.lab.fabrics.virtual.icmp import pong, trouble
from trigpoint.net.packets import (
    ACK,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    IcmpError,
    Packet,
    Segment,
    address_bytes,
    checksums_hold,
    icmp,
    icmp_error,
    parse,
    tcp,
    udp,
)

ROUTER, A, B = map(address_bytes, ("198.51.100.1", "192.0.2.1", "203.0.113.1"))
ROUTER6, A6, B6 = map(address_bytes, ("2001:db8:1::1", "2001:db8::1", "2001:db8::2"))


def parsed(data: bytes | None) -> Packet:
    assert data
    packet = parse(data)
    assert packet
    return packet


@pytest.mark.parametrize(
    ("error", "v4", "v6"),
    [
        (IcmpError.TIME_EXCEEDED, (errno.EHOSTUNREACH, False), (errno.EHOSTUNREACH, False)),
        (IcmpError.NO_ROUTE, (errno.ENETUNREACH, False), (errno.ENETUNREACH, False)),
        (IcmpError.HOST_UNREACHABLE, (errno.EHOSTUNREACH, False), (errno.EHOSTUNREACH, False)),
        (IcmpError.PORT_UNREACHABLE, (errno.ECONNREFUSED, True), (errno.ECONNREFUSED, True)),
        (IcmpError.PROHIBITED, (errno.EHOSTUNREACH, True), (errno.EACCES, True)),
        (IcmpError.TOO_BIG, (errno.EMSGSIZE, True), (errno.EMSGSIZE, True)),
    ],
)
def test_an_error_means_what_linux_takes_it_for(error: IcmpError, v4: object, v6: object) -> None:
    for router, here, there, expected in ((ROUTER, A, B, v4), (ROUTER6, A6, B6, v6)):
        segment = tcp((here, 4000), (there, 443), Segment(77, 0, ACK, payload=bytes(1400)))
        found = trouble(parsed(icmp_error(router, segment, error, mtu=1280)))
        assert found
        assert (found.error, found.is_hard) == expected
        assert (found.protocol, found.local, found.remote, found.sequence) == (TCP, (here, 4000), (there, 443), 77)
        datagram = udp((here, 4000), (there, 53), b"query")
        found = trouble(parsed(icmp_error(router, datagram, error, mtu=1280)))
        assert found
        assert (found.protocol, found.mtu) == (UDP, 1280)


@pytest.mark.parametrize(("message", "protocol"), [((5, 0), ICMP), ((135, 0), ICMPV6), ((4, 1), ICMPV6)])
def test_other_messages_are_no_errors(message: tuple[int, int], protocol: int) -> None:
    ends = (A, B) if protocol == ICMP else (A6, B6)
    assert trouble(parsed(icmp(*ends, message, bytes(60)))) is None


@pytest.mark.parametrize("body", [b"", bytes(4), bytes(8), bytes.fromhex("0000000045"), b"\0\0\0\0\x60" + bytes(30)])
def test_an_error_without_a_whole_header_is_about_nothing(body: bytes) -> None:
    assert trouble(parsed(icmp(A, B, (3, 1), body))) is None


def test_unknown_codes_are_still_errors() -> None:
    quoted = bytes(4) + udp((A, 1), (B, 2), b"")
    assert (trouble(parsed(icmp(ROUTER, A, (3, 99), quoted))) or [0])[0] == errno.EHOSTUNREACH
    quoted6 = bytes(4) + udp((A6, 1), (B6, 2), b"")
    assert (trouble(parsed(icmp(ROUTER6, A6, (1, 99), quoted6))) or [0])[0] == errno.EPROTO


@given(binary(max_size=80), sampled_from([(A, B), (A6, B6)]), sampled_from([(3, 1), (3, 4), (1, 0), (2, 0), (11, 0)]))
def test_no_message_breaks_the_reader(body: bytes, ends: tuple[bytes, bytes], message: tuple[int, int]) -> None:
    packet = parsed(icmp(*ends, message, body))
    trouble(packet)
    assert pong(packet) is None


@pytest.mark.parametrize(("ends", "message", "answer"), [((A, B), (8, 0), 0), ((A6, B6), (128, 0), 129)])
def test_a_ping_is_answered_with_what_it_carried(
    ends: tuple[bytes, bytes], message: tuple[int, int], answer: int
) -> None:
    reply = parsed(pong(parsed(icmp(*ends, message, b"\0\1\0\2payload"))))
    assert checksums_hold(reply)
    assert (reply.source, reply.target) == ends[::-1]
    assert reply.data[reply.transport] == answer
    assert reply.data.endswith(b"\0\1\0\2payload")
    assert pong(reply) is None
