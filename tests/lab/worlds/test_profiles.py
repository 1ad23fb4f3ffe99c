"""What profiles have and no row of truth can say: packets of probers, fingerprints, protocols that no target speaks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.lab.engine.test_triggers import with_ech
from tests.lab.talks import CLIENTS, hello, query, request
from tests.net.test_vpn import INITIATION, RESET
from trigpoint.lab.engine.names import NameList, Names
from trigpoint.lab.engine.pools import spread
from trigpoint.lab.fabrics.router import Router
from trigpoint.lab.world.load import load
from trigpoint.net.dns_message import Message, Question, build_message, parse_message
from trigpoint.net.packets import ACK, FIN, PSH, RST, SYN, Packet, Segment, address_bytes, parse, tcp, udp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.lab.engine.event import Event

SEEDS = range(8)


class Net:
    """One flow of a world's first client through its router."""

    def __init__(self, world: str, server: str, port: int, seed: int = 0) -> None:
        self.events: list[Event] = []
        self.router = Router(load(world), seed=seed, log=lambda _, event: self.events.append(event))
        self.client = (address_bytes(CLIENTS[4]), 50_000)
        self.server = (address_bytes(server), port)

    def send(self, packet: bytes, now: float = 0.0) -> Iterator[tuple[float, str, Packet]]:
        for arrival in self.router.send(packet, now):
            parsed = parse(arrival.packet)
            assert parsed is not None
            yield arrival.at, arrival.place, parsed

    def ask(self, payload: bytes) -> list[Packet]:
        return [packet for _, _, packet in self.send(udp(self.client, self.server, payload))]

    def say(self, payload: bytes) -> list[tuple[float, str, Packet]]:
        list(self.send(tcp(self.client, self.server, Segment(1_000, 0, SYN))))
        return list(self.send(tcp(self.client, self.server, Segment(1_001, 5_001, PSH | ACK, payload=payload))))


def test_a_handshake_as_tor_s_brings_probers_to_the_bridge_within_fifteen_minutes() -> None:
    net = Net("gfw-2014", "203.0.113.40", 443)
    arrivals = net.say(hello("www.k3jd7qv2xq4w.example"))
    probes = [(at, packet) for at, place, packet in arrivals if place == "outside" and packet.flags == SYN]
    assert len(probes) == 3
    assert all(1.0 <= at <= 901.0 for at, _ in probes)
    assert all(packet.source in spread(("198.19.128.0-198.19.131.165",)) for _, packet in probes)
    assert not list(net.send(tcp(net.client, net.server, Segment(9_000, 0, SYN)), 1_000.0))
    assert [event.cause for event in net.events] == ["tcp.timeout"] * 2


@pytest.mark.parametrize(("recursion", "flags"), [(0x0100, 0x8180), (0, 0x8400)])
def test_the_third_injector_of_china_looks_at_the_rd_flag(recursion: int, flags: int) -> None:
    seen = set()
    for seed in SEEDS:
        net = Net("gfw-2024", "203.0.113.10", 53, seed)
        answers = net.ask(build_message(Message(7, recursion, (Question("wikipedia.example", 1),))))
        messages = [message for packet in answers if (message := parse_message(packet.content)) and message.answers]
        seen |= {message.flags for message in messages}
    assert flags in seen
    assert not seen & ({0x8180, 0x8400} - {flags} if not recursion else {0x8400})


def test_the_ttl_of_china_s_first_injector_counts_up_from_answer_to_answer() -> None:
    net = Net("gfw-2024", "203.0.113.10", 53)
    ttls = []
    for port in range(50_000, 50_040):
        net.client = (net.client[0], port)
        answers = [packet for packet in net.ask(query("google.example")) if packet.target_port == port]
        ttls += [packet.ttl for packet in answers if packet.content[2] & 0x04]  # the flag AA is the first one's alone
    assert 30 < len(ttls) <= 40  # one flow of twenty is missed
    assert [after - before for before, after in itertools.pairwise(ttls)] == [1] * (len(ttls) - 1)


@pytest.mark.parametrize("first", [RESET, INITIATION], ids=["openvpn", "wireguard"])
def test_vpn_protocols_die_after_ten_packets_on_their_way_abroad_and_not_at_home(first: bytes) -> None:
    passed = {}
    for server in ("198.51.100.7", "203.0.113.81"):
        counts = []
        for seed in SEEDS:
            net = Net("tspu", server, 1_194, seed)
            counts.append(sum(bool(net.ask(first)) for _ in range(30)))
        passed[server] = set(counts)
    assert passed["203.0.113.81"] == {30}
    assert 11 in passed["198.51.100.7"] <= {11, 30}  # one flow of ten goes round the box


def test_iran_in_2013_sent_five_resets_to_the_server() -> None:
    for world, sequences in (("iran", [1_001]), ("iran:2013", [1_001, 1_001, 1_001, 1_031, 1_031])):
        arrivals = Net(world, "203.0.113.20", 80).say(request("facebook.example"))
        resets = [packet for _, place, packet in arrivals if place == "outside" and packet.flags & RST]
        assert [packet.sequence for packet in resets] == sequences


@pytest.mark.parametrize("world", ["iran", "iran:2013"])
@pytest.mark.parametrize("name", ["facebook.example", "haaretz.il.example", "dns-one.example"])
def test_iran_s_page_has_the_size_that_was_seen_for_each_name_whose_answer_leads_to_it(world: str, name: str) -> None:
    pages = []
    for seed in SEEDS:
        arrivals = Net(world, "203.0.113.20", 80, seed).say(request(name))
        pages += [packet for _, place, packet in arrivals if place != "outside" and packet.flags == FIN | PSH | ACK]
    assert len(pages) > len(SEEDS) / 2  # one flow of twenty is missed
    assert all(402 <= len(packet.content) <= 405 for packet in pages)
    assert len({packet.identification for packet in pages}) == len(pages)


def test_raw_flows_to_hosting_networks_stall_and_exempt_ones_do_not() -> None:
    passed = {}
    for server, port in (("203.0.113.97", 8_443), ("203.0.113.97", 22), ("203.0.113.108", 8_443)):
        counts = []
        for seed in SEEDS:
            net = Net("tspu", server, port, seed)
            back = udp(net.server, net.client, b"x" * 100)
            list(net.send(udp(net.client, net.server, b"x")))
            counts.append(sum(bool(list(net.send(back))) for _ in range(40)))
        passed[server, port] = set(counts)
    assert passed["203.0.113.97", 22] == passed["203.0.113.108", 8_443] == {40}
    assert 25 in passed["203.0.113.97", 8_443] <= {25, 40}  # one flow of ten goes round the box


def test_lists_of_india_s_providers_overlap_by_a_third_and_are_stale_by_a_third() -> None:
    world = load("india-isp")
    told = [(network, row) for network, row in world.truths() if row.target.endswith(".example")]
    lists = {
        network.name: {row.target for place, row in told if place == network.name and row.mechanisms}
        for network in world.networks
    }
    parked = {site.name for site in world.sites if site.kind == "parked"}
    for one, other in itertools.combinations(lists.values(), 2):
        assert 0.2 <= len(one & other) / len(one | other) <= 0.4
    assert [round(len(names & parked) / len(names), 1) for names in lists.values()] == [0.3] * 4


def test_four_of_five_names_of_china_s_dns_list_lose_their_way_back_and_hosts_are_listed_longest() -> None:
    world = load("gfw-2024")
    lists = {entry["id"]: entry.get("match", {}) for entry in world.censors}
    cut = [
        name
        for name in lists["dns-23"]["suffix"]
        if set(world.host(world.targets()[name][0]).addresses) <= set(lists["null-return"]["addresses"])
    ]
    assert len(cut) / len(lists["dns-23"]["suffix"]) == 0.8
    assert len(lists["host"]["suffix"]) > 2 * len(lists["sni"]["suffix"])


def test_a_cut_cable_loses_more_by_and_by_and_recovers_in_steps() -> None:
    router = Router(load("shutdown"))
    client = (address_bytes("192.0.2.194"), 50_000)
    shares = []
    for moment in (92_000, 95_000, 98_000, 103_000, 110_000, 116_000, 121_000):
        sent = [udp(client, (address_bytes("198.51.100.7"), 9), bytes([number])) for number in range(250)]
        shares.append(sum(bool(router.send(packet, moment + number)) for number, packet in enumerate(sent)) / 250)
    before, *growing, worst, half, rest, after = shares
    assert before == after == 1.0
    assert before > growing[0] > growing[1] > worst < half < rest < after
    assert worst < 0.25


@pytest.mark.parametrize(
    ("server", "port", "name"), [("203.0.113.10", 443, "twitter.example"), ("203.0.113.97", 8_443, "hosted.example")]
)
def test_russia_s_boxes_slow_and_freeze_only_what_they_saw_open_from_inside(server: str, port: int, name: str) -> None:
    acts = set()
    for has_syn in (True, False):
        for seed in SEEDS:
            net = Net("tspu", server, port, seed)
            if has_syn:
                list(net.send(tcp(net.client, net.server, Segment(1_000, 0, SYN))))
            list(net.send(tcp(net.client, net.server, Segment(1_001, 5_001, PSH | ACK, payload=hello(name)))))
            back = tcp(net.server, net.client, Segment(5_001, 1_001, ACK, payload=b"x" * 1_000))
            for _ in range(60):
                list(net.send(back))
            acts |= {(has_syn, event.act) for event in net.events}
    assert acts == {(True, "arm"), (True, "drop")}


def test_iran_s_shares_of_names_flows_and_destinations() -> None:
    world = load("iran")
    lists = {entry["id"]: entry for entry in world.censors}
    page, reset = (len(lists[censor]["match"]["suffix"]) for censor in ("dns-36", "dns-34"))
    assert 100 * page / (page + reset) == pytest.approx(87, abs=1)
    outside = {address for host in world.hosts if not host.network for address in host.addresses if ":" not in address}
    filtered = outside & set(lists["protocols"]["match"]["addresses"])
    assert 100 * len(filtered) / len(outside) == pytest.approx(17.9, abs=1)
    assert {lists[censor]["placement"]["flow_hash_miss"] for censor in ("dns-36", "sni-reset", "http-page")} == {0.05}


def test_the_list_of_hosts_is_seventeen_times_as_long_as_that_of_server_names() -> None:
    lists = {censor["id"]: censor["match"] for censor in load("gfw-2024").censors}
    *names, series = lists["host"]["suffix"]
    listed = NameList(Names(suffix=(series,)))
    others = [f"listed-{number}.example" for number in range(1_000) if listed.find(f"listed-{number}.example")]
    assert len(names) + len(others) == 17 * len(lists["sni"]["suffix"])
    assert set(lists["sni"]["suffix"]) <= set(names)


def records(record: bytes, at: int) -> bytes:
    """Part a record of TLS in two (RFC 8446, section 5.1)."""
    head, parts = record[:3], (record[5 : 5 + at], record[5 + at :])
    return b"".join(head + len(part).to_bytes(2, "big") + part for part in parts)


@pytest.mark.parametrize(
    ("in_segments", "in_records", "passes"),
    [(False, False, False), (True, False, False), (False, True, False), (True, True, True)],
)
def test_a_hello_with_ech_is_missed_only_where_it_is_parted_in_segments_and_in_records(
    in_segments: bool, in_records: bool, passes: bool
) -> None:
    opening = with_ech(hello("ech.example"))
    opening = records(opening, 60) if in_records else opening
    pieces = [opening[:40], opening[40:]] if in_segments else [opening]
    drops = []
    for seed in SEEDS:
        net, sequence, arrived = Net("tspu", "203.0.113.64", 443, seed), 1_001, 0
        list(net.send(tcp(net.client, net.server, Segment(1_000, 0, SYN))))
        for piece in pieces:
            packet = tcp(net.client, net.server, Segment(sequence, 5_001, PSH | ACK, payload=piece))
            arrived += len([place for _, place, _ in net.send(packet) if place == "outside"])
            sequence += len(piece)
        drops.append(arrived < len(pieces))
    assert not any(drops) if passes else sum(drops) > len(drops) / 2  # one flow of ten goes round the box
