from __future__ import annotations

import errno

import pytest
from hypothesis import given
from hypothesis.strategies import binary

from trigpoint.lab.fabrics.virtual import host as module
from trigpoint.lab.fabrics.virtual.host import FIRST_PORT, LAST_PORT, Host
from trigpoint.net.packets import (
    ACK,
    FIN,
    ICMP,
    RST,
    SYN,
    UDP,
    IcmpError,
    Packet,
    Segment,
    address_bytes,
    icmp,
    icmp_error,
    parse,
    tcp,
    udp,
)

OWN, OWN6, PEER = (address_bytes(text) for text in ("192.0.2.1", "2001:db8::1", "203.0.113.1"))
ANY = bytes(4)


class Ear:
    """Hears what a host tells its sockets."""

    remote = None

    def __init__(self) -> None:
        self.heard: list[object] = []

    def segment_received(self, packet: Packet) -> None:
        self.heard.append(packet.flags)

    def datagram_received(self, data: bytes, source: tuple[bytes, int]) -> None:
        self.heard.append((data, source))

    def trouble_received(self, trouble: object) -> None:
        self.heard.append(trouble)

    def abandon(self) -> None:
        self.heard.append("abandoned")


class Desk:
    """A host, and what it sent."""

    def __init__(self) -> None:
        self.sent: list[Packet] = []
        self.host = Host([OWN, OWN6], self.take, 1)

    def take(self, data: bytes) -> None:
        packet = parse(data)
        assert packet
        self.sent.append(packet)

    def segment(self, flags: int, port: int = 80, *, target: bytes = OWN) -> None:
        self.host.receive(tcp((PEER, 5000), (target, port), Segment(1, 1, flags)))


def test_closed_ports_say_so() -> None:
    desk = Desk()
    desk.segment(SYN)
    desk.host.receive(udp((PEER, 5000), (OWN, 53), b"query"))
    reset, unreachable = desk.sent
    assert reset.flags == RST | ACK
    assert unreachable.protocol == ICMP
    assert unreachable.data[unreachable.transport] == 3


def test_resets_and_strangers_get_no_answer() -> None:
    desk = Desk()
    desk.segment(RST)
    desk.segment(RST | ACK)
    desk.segment(SYN, target=address_bytes("192.0.2.77"))
    damaged = bytearray(tcp((PEER, 5000), (OWN, 80), Segment(1, 1, SYN)))
    damaged[-1] ^= 1
    desk.host.receive(bytes(damaged))
    fragment = bytearray(udp((PEER, 5000), (OWN, 53), b"query"))
    fragment[6] = 0x20
    desk.host.receive(bytes(fragment))
    assert desk.sent == []


def test_segments_find_their_connection_else_a_listener_of_the_address_or_of_all() -> None:
    desk, ear = Desk(), Ear()
    accepted: list[object] = []
    desk.host.connections[(OWN, 80), (PEER, 5000)] = ear
    desk.host.listeners[OWN, 81] = lambda ends, _: accepted.append(("one", ends.local[1]))
    desk.host.listeners[ANY, 82] = lambda ends, _: accepted.append(("all", ends.local[1]))
    for port in (80, 81, 82):
        desk.segment(SYN, port)
    assert ear.heard == [SYN]
    assert accepted == [("one", 81), ("all", 82)]
    desk.segment(SYN | ACK, 81)
    desk.segment(FIN | ACK, 82)
    assert [packet.flags for packet in desk.sent] == [RST, RST]


def test_a_host_that_is_full_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CONNECTIONS", 0)
    desk = Desk()
    desk.host.listeners[OWN, 80] = lambda *_: pytest.fail("accepted")
    desk.segment(SYN)
    assert desk.sent == []


def test_datagrams_and_errors_find_their_port() -> None:
    desk, one, all_, connection = Desk(), Ear(), Ear(), Ear()
    desk.host.datagrams[OWN, 53] = one
    desk.host.datagrams[ANY, 54] = all_
    desk.host.connections[(OWN, 80), (PEER, 5000)] = connection
    for port in (53, 54):
        desk.host.receive(udp((PEER, 5000), (OWN, port), b"x"))
        sent = udp((OWN, port), (PEER, 5000), b"x")
        desk.host.receive(icmp_error(PEER, sent, IcmpError.PORT_UNREACHABLE) or b"")
    sent = tcp((OWN, 80), (PEER, 5000), Segment(1, 1, ACK))
    desk.host.receive(icmp_error(PEER, sent, IcmpError.NO_ROUTE) or b"")
    desk.host.receive(icmp_error(PEER, udp((OWN, 99), (PEER, 5000), b""), IcmpError.NO_ROUTE) or b"")
    assert [len(each.heard) for each in (one, all_, connection)] == [2, 2, 1]
    assert desk.sent == []


def test_a_connected_port_takes_nothing_from_others() -> None:
    desk, ear = Desk(), Ear()
    ear.remote = (PEER, 53)  # type: ignore[assignment]  # of another ear
    desk.host.datagrams[OWN, 53] = ear
    desk.host.receive(udp((PEER, 5000), (OWN, 53), b"x"))
    assert ear.heard == []
    assert len(desk.sent) == 1


def test_pings_are_answered() -> None:
    desk = Desk()
    desk.host.receive(icmp(PEER, OWN, (8, 0), b"\0\1\0\1"))
    desk.host.receive(icmp(PEER, OWN, (13, 0), b"\0\1\0\1"))
    assert [packet.data[packet.transport] for packet in desk.sent] == [0]


@given(binary(max_size=100))
def test_no_packet_breaks_a_host(data: bytes) -> None:
    desk = Desk()
    for noise in (data, b"\x45" + data):
        desk.host.receive(noise)
        desk.host.receive(icmp(PEER, OWN, (8, 0), b"\0\1\0\1"))
        assert desk.sent[-1].data[desk.sent[-1].transport] == 0, "it goes on answering pings"


def test_addresses_are_chosen_and_checked() -> None:
    host = Desk().host
    assert host.source_for(PEER) == OWN
    assert host.source_for(address_bytes("2001:db8::9")) == OWN6
    assert host.source_for(address_bytes("127.0.0.1")) == address_bytes("127.0.0.1")
    host.check_local(ANY)
    host.check_local(OWN)
    with pytest.raises(OSError, match="assign") as caught:
        host.check_local(PEER)
    assert caught.value.errno == errno.EADDRNOTAVAIL
    with pytest.raises(OSError, match="unreachable"):
        Host([OWN], lambda _: None, 1).source_for(OWN6)


def test_a_port_is_in_use_at_its_address_or_at_all() -> None:
    host = Desk().host
    host.check_free((OWN, 80), {(OWN6, 80): 1})
    for taken in ((OWN, 80), (ANY, 80)):
        with pytest.raises(OSError, match="in use"):
            host.check_free((OWN, 80), {taken: 1})


def test_free_ports_go_round_and_may_run_out() -> None:
    host = Desk().host
    first = host.free_port(lambda _: True)
    assert FIRST_PORT <= first <= LAST_PORT
    assert host.free_port(lambda number: number == first) == first
    with pytest.raises(OSError, match="assign"):
        host.free_port(lambda _: False)


def test_numbers_come_from_the_seed() -> None:
    one, same, other = (Host([OWN], lambda _: None, seed) for seed in (1, 1, 2))
    pairs = [each.ends((OWN, 1), (PEER, 2)) for each in (one, same, other)]
    assert pairs[0] == pairs[1] != pairs[2]
    assert one.ends((OWN, 1), (PEER, 2)) != pairs[0]


def test_a_host_that_ends_tells_everybody() -> None:
    desk, ear = Desk(), Ear()
    desk.host.connections[(OWN, 80), (PEER, 5000)] = ear
    desk.host.datagrams[OWN, UDP] = ear
    desk.host.listeners[OWN, 81] = lambda *_: None
    desk.host.reset()
    assert ear.heard == ["abandoned"] * 2
    assert not desk.host.listeners
