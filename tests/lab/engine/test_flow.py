from __future__ import annotations

import pytest

from tests.lab.talks import CLIENTS, SERVERS
from trigpoint.lab.engine.flow import Flow, FlowTable, flow_of, note
from trigpoint.net.packets import ACK, SYN, Packet, Segment, address_bytes, parse, tcp, udp

INSIDE, OUTSIDE = (address_bytes(CLIENTS[4]), 4_000), (address_bytes(SERVERS[4]), 443)


def segment(flags: int, sequence: int = 1, *, outward: bool = True, port: int = 4_000, payload: bytes = b"") -> Packet:
    ends = ((INSIDE[0], port), OUTSIDE)
    packet = parse(tcp(*(ends if outward else ends[::-1]), Segment(sequence, 0, flags, payload=payload)))
    assert packet is not None
    return packet


class Begun:
    def __init__(self) -> None:
        self.flows: list[Flow] = []

    def __call__(self, flow: Flow) -> None:
        self.flows.append(flow)


def test_both_directions_are_one_flow() -> None:
    table, begun = FlowTable(), Begun()
    out = table.find(segment(SYN), 0.0, begun, outward=True)
    back = table.find(segment(SYN | ACK, outward=False), 0.1, begun, outward=False)
    assert out is back
    assert (out.client, out.server_port, len(begun.flows), len(table)) == (INSIDE[0], 443, 1, 1)


def test_a_new_syn_on_old_ports_is_a_new_flow_and_a_repeated_one_is_not() -> None:
    table, begun = FlowTable(), Begun()
    for sequence, flows in ((1, 1), (1, 1), (9, 2)):
        packet = segment(SYN, sequence)
        note(table.find(packet, 0.0, begun, outward=True), packet, outward=True)
        assert len(begun.flows) == flows
    assert len(table) == 1


def test_a_syn_in_a_flow_of_which_none_was_seen_begins_it_anew() -> None:
    table, begun = FlowTable(), Begun()
    middle = segment(ACK, 5)
    note(table.find(middle, 0.0, begun, outward=True), middle, outward=True)
    table.find(segment(SYN), 0.0, begun, outward=True)
    assert len(begun.flows) == 2


def test_a_flow_that_was_idle_for_long_begins_anew() -> None:
    table, begun = FlowTable(), Begun()
    datagram = parse(udp(INSIDE, OUTSIDE, b"x"))
    assert datagram is not None
    for now, flows in ((0.0, 1), (60.0, 1), (120.1, 2)):
        table.find(datagram, now, begun, outward=True)
        assert len(begun.flows) == flows
    for now, flows in ((0.0, 3), (3_600.0, 3), (7_200.1, 4)):
        table.find(segment(ACK), now, begun, outward=True)
        assert len(begun.flows) == flows


def test_the_table_is_small_and_forgets_what_was_unused_longest() -> None:
    table, begun = FlowTable(most=3), Begun()
    for port in (1, 2, 3, 1, 4, 1, 2):
        table.find(segment(ACK, port=port), 0.0, begun, outward=True)
        assert len(table) <= 3
    assert [flow.client_port for flow in begun.flows] == [1, 2, 3, 4, 2]


def test_who_opened_it_and_what_was_said_are_noted() -> None:
    table, begun = FlowTable(), Begun()
    for outward, flags, payload in ((False, SYN, b""), (True, SYN | ACK, b""), (True, ACK, b"x"), (True, ACK, b"")):
        packet = segment(flags, outward=outward, payload=payload)
        flow = table.find(packet, 0.0, begun, outward=outward)
        note(flow, packet, outward=outward)
    assert (flow.opened_outward, flow.serial, flow.payloads) == (False, 4, {True: 1, False: 0})
    answered = begun.flows[0]
    late = segment(SYN | ACK, outward=False, port=7)
    other = table.find(late, 0.0, begun, outward=False)
    note(other, late, outward=False)
    assert (answered.opened_outward, other.opened_outward) == (False, True)


@pytest.mark.parametrize(
    ("flags", "outward", "ports", "asked"),
    [
        (SYN, True, (40_000, 443), 443),
        (SYN, False, (443, 40_000), 443),
        (SYN, False, (8_443, 1_000), 8_443),
        (SYN | ACK, False, (40_000, 443), 443),
        (SYN | ACK, True, (443, 40_000), 443),
        (ACK, True, (443, 40_000), 40_000),
        (ACK, False, (40_000, 443), 443),
        (ACK, False, (443, 40_000), 443),
        (None, True, (40_000, 53), 53),
        (None, False, (40_000, 53), 53),
        (None, False, (53, 40_000), 53),
        (None, False, (53, 53), 53),
    ],
)
def test_the_first_packet_tells_who_was_asked(
    flags: int | None, outward: bool, ports: tuple[int, int], asked: int
) -> None:
    ends = (INSIDE[0], ports[0]), (OUTSIDE[0], ports[1])
    ends = ends if outward else ends[::-1]
    packet = parse(udp(*ends, b"x") if flags is None else tcp(*ends, Segment(1, 0, flags)))
    assert packet is not None
    flow = flow_of(packet, 0.0, outward=outward)
    assert (flow.asked_port, flow.asking_port) == (asked, sum(ports) - asked)
