from __future__ import annotations

import pytest

from tests.lab.talks import SERVERS, Talk, engine
from trigpoint.lab.engine.sight import MOST_VISITS
from trigpoint.net.packets import (
    ACK,
    FIN,
    PSH,
    RST,
    SYN,
    Packet,
    Segment,
    address_bytes,
    address_text,
    checksums_hold,
    parse,
    tcp,
)

PROBERS = ["198.51.100.200", "198.51.100.201", "2001:db8:b0::200"]
ENTRY = {"behaviour": "active_probe", "trigger": "payload", "pool": PROBERS, "probes": 8, "residual": None}


def probed(version: int = 4, **more: object) -> Talk:
    talk = Talk(engine({**ENTRY, **more}, hops=8, time_scale=0.5), version)
    talk.send(b"data")
    return talk


@pytest.mark.parametrize("version", [4, 6])
def test_probes_are_syns_of_probers_to_the_server_and_its_port(version: int) -> None:
    packets = probed(version).injected()
    assert len(packets) == 8
    for packet in packets:
        assert address_text(packet.source) in PROBERS
        assert (address_text(packet.target), packet.target_port) == (SERVERS[version], 443)
        assert (packet.flags, packet.end - packet.payload) == (SYN, 0)
        assert 46 <= packet.ttl <= 50
        assert packet.data[packet.payload - 4 : packet.payload] == b"\x02\x04\x05\x78"
    assert len({packet.source_port for packet in packets}) > 1


def test_they_come_at_drawn_moments_which_the_world_s_time_scale_shortens() -> None:
    injections = probed(delay_seconds=100, delay_seconds_up_to=200).outcomes[0].injections
    delays = [injection.delay for injection in injections]
    assert 50 <= min(delays) < max(delays) <= 100
    assert not any(injection.to_client for injection in injections)


def test_without_a_prober_of_the_family_there_are_no_probes() -> None:
    talk = probed(6, pool=PROBERS[:2])
    assert talk.injected() == []
    assert [event.act for event in talk.engine.events] == ["probe"]


def test_the_probes_themselves_bring_no_probers() -> None:
    talk = Talk(engine(ENTRY))
    prober = (address_bytes(PROBERS[0]), 40_000)
    assert talk.show(tcp(prober, talk.server, Segment(1, 0, SYN)), "probe", outward=True) == "pass"


PAYLOAD = bytes(range(100, 200))
PATIENCE = 10.0


class Server:
    """The suspected server, which answers probers by hand."""

    def __init__(self, talk: Talk) -> None:
        self.engine, self.now = talk.engine, 1.0

    def says(self, prober: Packet, flags: int, payload: bytes = b"", sequence: int = 9_000) -> list[Packet]:
        """Send a segment to a prober; gives what its side sends because of it."""
        ends = (prober.target, prober.target_port), (prober.source, prober.source_port)
        heard = prober.sequence + len(prober.content) + bool(prober.flags & SYN)
        segment = tcp(*ends, Segment(sequence, heard, flags, payload=payload))
        self.delays, packets = [], []
        for injection in self.engine.receive(segment, self.now):
            assert not injection.to_client
            packet = parse(injection.packet)
            assert packet is not None
            assert checksums_hold(packet)
            self.delays.append(injection.delay)
            packets.append(packet)
        return packets


def suspected(*kinds: str, payload: bytes = PAYLOAD, version: int = 4, **more: object) -> tuple[Server, list[Packet]]:
    talk = Talk(engine({**ENTRY, "probes": len(kinds), "kinds": list(kinds), **more}), version)
    talk.send(payload)
    return Server(talk), talk.injected()


def rules(server: Server) -> list[str]:
    return [event.rule for event in server.engine.events]


@pytest.mark.parametrize("version", [4, 6])
def test_a_prober_that_is_let_in_says_again_what_was_said_and_closes_some_time_later(version: int) -> None:
    server, (syn,) = suspected("R1", version=version)
    first, last = server.says(syn, SYN | ACK)
    assert (first.flags, first.content) == (PSH | ACK, PAYLOAD)
    assert (first.sequence, first.acknowledgement) == (syn.sequence + 1, 9_001)
    assert (last.flags, last.sequence - first.sequence, last.content) == (FIN | ACK, len(PAYLOAD), b"")
    assert server.delays == [0.0, PATIENCE]
    assert rules(server) == ["payload", "R1"]
    event = server.engine.events[-1]
    assert (event.act, event.cause, event.client) == ("probe", "tcp.timeout", address_text(syn.source))
    assert (event.server, event.server_port, event.injected) == (SERVERS[version], 443, 2)


def test_how_long_a_prober_waits_for_an_answer_is_told() -> None:
    server, (syn,) = suspected("R1", patience_seconds=3)
    server.says(syn, SYN | ACK)
    assert server.delays == [0.0, 3.0]


@pytest.mark.parametrize(
    ("kind", "changed"),
    [("R1", set()), ("R2", {0}), ("R3", {*range(8), 62, 63}), ("R4", {16}), ("R5", {6, 16})],
)
def test_replays_differ_from_what_was_said_at_their_places(kind: str, changed: set[int]) -> None:
    server, (syn,) = suspected(kind)
    said = server.says(syn, SYN | ACK)[0].content
    assert len(said) == len(PAYLOAD)
    assert {place for place, (one, other) in enumerate(zip(said, PAYLOAD, strict=True)) if one != other} == changed


@pytest.mark.parametrize(("kind", "sizes"), [("NR1", range(7, 52)), ("NR2", [221]), ("connect", [0])])
def test_other_probers_say_something_else(kind: str, sizes: range) -> None:
    server, (syn,) = suspected(kind)
    said = server.says(syn, SYN | ACK)[0].content
    assert len(said) in sizes
    assert not said or said not in PAYLOAD


def test_what_is_too_short_to_be_changed_stays() -> None:
    server, (syn,) = suspected("R3", payload=b"abc")
    said = server.says(syn, SYN | ACK)[0].content
    assert len(said) == 3
    assert all(one != other for one, other in zip(said, b"abc", strict=True))


def test_once_the_server_answers_others_come_and_only_once() -> None:
    server, syns = suspected("R1", "R2", then=["R3", "R4", "R5"])
    for syn in syns:
        server.says(syn, SYN | ACK)
    data = [server.says(syn, PSH | ACK, b"answer", 9_001) for syn in syns]
    reset, *others = data[0]
    assert (reset.flags, reset.acknowledgement) == (RST | ACK, 9_007)
    assert [packet.flags for packet in others] == [SYN] * 3
    assert [packet.flags for packet in data[1]] == [RST | ACK]
    said = [server.says(syn, SYN | ACK)[0].content for syn in others]
    assert [len(each) for each in said] == [len(PAYLOAD)] * 3
    assert rules(server) == ["payload", "R1", "R2", "R1 answered", "R2 answered", "R3", "R4", "R5"]


@pytest.mark.parametrize(("flags", "sent"), [(RST, []), (FIN | ACK, [RST | ACK]), (ACK, [])])
def test_a_server_that_says_nothing_brings_nobody_else(flags: int, sent: list[int]) -> None:
    server, (syn,) = suspected("R1", then=["R3"])
    server.says(syn, SYN | ACK)
    assert [packet.flags for packet in server.says(syn, flags, sequence=9_001)] == sent
    assert rules(server) == ["payload", "R1"]


def test_a_server_that_missed_it_hears_it_again_and_it_is_one_act() -> None:
    server, (syn,) = suspected("R2")
    twice = [server.says(syn, SYN | ACK)[0].content for _ in range(2)]
    assert twice[0] == twice[1] != PAYLOAD
    assert rules(server) == ["payload", "R2"]


def test_a_refused_prober_is_forgotten() -> None:
    server, (syn,) = suspected("R1")
    assert server.says(syn, RST | ACK) == []
    assert server.says(syn, SYN | ACK) == []


def test_packets_for_nobody_are_left_alone() -> None:
    server, (syn,) = suspected("R1")
    assert server.engine.receive(b"no packet", 1.0) == ()
    stranger = tcp((syn.target, 443), (syn.source, syn.source_port ^ 1), Segment(1, 1, SYN | ACK))
    assert server.engine.receive(stranger, 1.0) == ()


def test_the_table_of_probers_stays_small() -> None:
    pool = [f"198.51.100.{number}" for number in range(256)]  # so many that no two draw the same address and port
    filter_ = engine({**ENTRY, "pool": pool, "probes": 16})
    probers = []
    for port in range(40_000, 40_000 + MOST_VISITS // 16 + 1):
        talk = Talk(filter_, port=port)
        talk.send(PAYLOAD)
        probers += talk.injected()
    server = Server(talk)
    heard = [bool(server.says(syn, SYN | ACK)) for syn in probers]
    assert heard == [False] * 16 + [True] * MOST_VISITS
