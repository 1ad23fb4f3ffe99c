"""What arrives where, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lab.fabrics.worlds import (
    AUTHORITY,
    CLIENT,
    CLIENT6,
    CONTROL,
    MIDDLE,
    OTHER_CLIENT,
    RESOLVER,
    WEB,
    WEB6,
    world,
)
from tests.lab.talks import hello, query
from trigpoint.lab.fabrics.part import router_addresses
from trigpoint.lab.fabrics.router import MOST_ROUTES, STRAIGHT_SECONDS, Router
from trigpoint.net.packets import (
    ACK,
    ICMP,
    ICMPV6,
    PSH,
    RST,
    SYN,
    IpFields,
    Segment,
    address_bytes,
    address_text,
    checksums_hold,
    parse,
    tcp,
    udp,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trigpoint.lab.engine.event import Event
    from trigpoint.lab.fabrics.router import Arrival


def datagram(
    source: str, target: str, payload: bytes = b"x", *, ports: tuple[int, int] = (40000, 9), ttl: int = 64
) -> bytes:
    return udp((address_bytes(source), ports[0]), (address_bytes(target), ports[1]), payload, IpFields(ttl))


def segment(source: str, target: str, flags: int, payload: bytes = b"", *, sequence: int = 100, ttl: int = 64) -> bytes:
    ends = (address_bytes(source), 40000), (address_bytes(target), 443)
    return tcp(*ends, Segment(sequence, 500, flags, payload=payload), IpFields(ttl))


def seen(arrivals: list[Arrival]) -> list[tuple[float, str, int]]:
    """Time in milliseconds, place, remaining TTL of each arrival."""
    packets = [parse(arrival.packet) for arrival in arrivals]
    assert all(packet and checksums_hold(packet) for packet in packets)
    return [(round(a.at * 1000, 3), a.place, p.ttl) for a, p in zip(arrivals, packets, strict=True) if p]


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (CLIENT, WEB, (40.0, "outside", 56)),
        (WEB, CLIENT, (40.0, "a1/client", 56)),
        (CLIENT6, WEB6, (40.0, "outside", 56)),
        (CLIENT, RESOLVER, (2.0, "a1", 63)),
        (RESOLVER, CLIENT, (2.0, "a1/client", 63)),
        (RESOLVER, AUTHORITY, (38.0, "outside", 57)),
        (RESOLVER, MIDDLE, (4.0, "a1", 62)),
        (MIDDLE, RESOLVER, (4.0, "a1", 62)),
        (CLIENT, OTHER_CLIENT, (80.0, "a2/client", 48)),
        (CLIENT, CONTROL, (40.0, "control", 56)),
        (CONTROL, CLIENT, (40.0, "a1/client", 56)),
        (CONTROL, RESOLVER, (5.0, "a1", 64)),
        (RESOLVER, CONTROL, (5.0, "control", 64)),
        (CONTROL, WEB, (5.0, "outside", 64)),
        (AUTHORITY, WEB, (5.0, "outside", 64)),
    ],
)
def test_each_pair_of_places_has_its_time_and_its_hops(
    source: str, target: str, expected: tuple[float, str, int]
) -> None:
    assert seen(Router(world()).send(datagram(source, target), 0.0)) == [expected]
    assert STRAIGHT_SECONDS == 0.005


@pytest.mark.parametrize(("client", "server", "protocol"), [(CLIENT, WEB, ICMP), (CLIENT6, WEB6, ICMPV6)])
@pytest.mark.parametrize("ttl", range(1, 9))
def test_each_router_tells_when_it_ends_a_packet(client: str, server: str, protocol: int, ttl: int) -> None:
    made = world()
    router = Router(made)
    (arrival,) = router.send(datagram(client, server, ttl=ttl), 0.0)
    error = parse(arrival.packet)
    assert error
    assert (arrival.place, error.protocol, address_text(error.target)) == ("a1/client", protocol, client)
    assert address_text(error.source) in router_addresses(made, made.networks[0], ttl)
    if ttl == 8:
        return
    (beyond,) = router.send(datagram(client, server, ttl=ttl + 1), 1.0)
    assert beyond.at - 1.0 > arrival.at


def test_from_outside_the_farthest_router_is_the_first() -> None:
    made = world()
    router = Router(made)
    (arrival,) = router.send(datagram(WEB, CLIENT, ttl=1), 0.0)
    error = parse(arrival.packet)
    assert error
    assert address_text(error.source) == router_addresses(made, made.networks[0], 8)[0]
    assert arrival.place == "outside"


def test_nothing_arrives_at_addresses_of_nobody_but_hops_still_answer() -> None:
    router = Router(world())
    assert router.send(datagram(CLIENT, "198.51.100.99"), 0.0) == []
    assert len(router.send(datagram(CLIENT, "198.51.100.99", ttl=3), 0.0)) == 1
    assert router.send(datagram(WEB, "198.51.100.99"), 0.0) == []
    assert router.send(datagram("198.51.100.99", CLIENT), 0.0) == []


@pytest.mark.parametrize("data", [b"", b"\x45", b"\x45" * 19, b"\x60" * 30, b"\x00" * 60])
def test_what_is_no_packet_gets_lost(data: bytes) -> None:
    assert Router(world()).send(data, 0.0) == []


def test_a_censor_injects_from_its_hop_in_its_network_only() -> None:
    events: list[tuple[str, Event]] = []
    censor = {"behaviour": "tls_reset", "placement": {"hop": 5}, "match": {"suffix": ["blocked.example"]}}
    router = Router(world(censor), log=lambda network, event: events.append((network, event)))
    for client in (CLIENT, OTHER_CLIENT):
        router.send(segment(client, WEB, SYN), 0.0)
        router.send(segment(client, WEB, ACK, sequence=101), 0.1)
    arrivals = router.send(segment(CLIENT, WEB, ACK | PSH, hello(), sequence=101), 1.0)
    resets = [(a.place, round((a.at - 1.0) * 1000)) for a in arrivals if (p := parse(a.packet)) and p.flags & RST]
    assert ("a1/client", 20) in resets  # 10 ms to the border, and back
    assert all(place == "outside" and at == 40 for place, at in resets if place != "a1/client")
    assert [network for network, _ in events] == ["a1"]
    assert events[0][1].name == "blocked.example"
    assert len(router.send(segment(OTHER_CLIENT, WEB, ACK | PSH, hello(), sequence=101), 1.0)) == 1


def test_a_packet_that_ends_before_the_censor_triggers_nothing() -> None:
    events: list[object] = []
    censor = {"behaviour": "tls_reset", "placement": {"hop": 5}, "match": {"suffix": ["blocked.example"]}}
    router = Router(world(censor), log=lambda _network, event: events.append(event))
    router.send(segment(CLIENT, WEB, SYN), 0.0)
    assert len(router.send(segment(CLIENT, WEB, ACK | PSH, hello(), sequence=101, ttl=4), 1.0)) == 1
    assert events == []
    router.send(segment(CLIENT, WEB, ACK | PSH, hello(), sequence=101, ttl=6), 1.1)
    assert len(events) == 1


def test_a_resolver_inside_is_not_behind_the_border_its_own_questions_are() -> None:
    events: list[Event] = []
    injection = {
        "behaviour": "dns_injection",
        "placement": {"hop": 5},
        "injectors": [{"lie": {"pool": ["203.0.113.99"]}}],
        "match": {"suffix": ["blocked.example"]},
    }
    router = Router(world(injection), log=lambda _network, event: events.append(event))
    asked = {"ports": (40000, 53)}
    assert len(router.send(datagram(CLIENT, RESOLVER, query(), **asked), 0.0)) == 1
    assert events == []
    arrivals = router.send(datagram(RESOLVER, AUTHORITY, query(), **asked), 0.1)
    assert {arrival.place for arrival in arrivals} == {"a1", "outside"}
    assert [event.client for event in events] == [RESOLVER]


def test_a_diverted_flow_is_translated_there_and_back() -> None:
    router = Router(
        world({"behaviour": "tls_interception", "placement": {"hop": 3}, "to": "middle", "issuer": "local"})
    )
    (arrival,) = router.send(segment(CLIENT, WEB, SYN), 0.0)
    packet = parse(arrival.packet)
    assert packet
    assert (arrival.place, address_text(packet.target), round(arrival.at * 1000)) == ("a1", MIDDLE, 6)
    assert checksums_hold(packet)
    assert router.original((CLIENT, 40000), (MIDDLE, 443), "tcp") == (WEB, 443)
    assert router.original((CLIENT, 40001), (MIDDLE, 443), "tcp") is None
    back = tcp((address_bytes(MIDDLE), 443), (address_bytes(CLIENT), 40000), Segment(1, 101, SYN | ACK))
    (answer,) = router.send(back, 1.0)
    packet = parse(answer.packet)
    assert packet
    assert (answer.place, address_text(packet.source)) == ("a1/client", WEB)
    assert checksums_hold(packet)


def test_the_middle_itself_is_not_diverted_again() -> None:
    router = Router(
        world({"behaviour": "tls_interception", "placement": {"hop": 3}, "to": "middle", "issuer": "local"})
    )
    assert [a.place for a in router.send(segment(MIDDLE, WEB, SYN), 0.0)] == ["outside"]


def test_a_diversion_without_an_address_of_the_family_loses_the_packet() -> None:
    router = Router(
        world({"behaviour": "tls_interception", "placement": {"hop": 3}, "to": "middle", "issuer": "local"})
    )
    assert router.send(segment(CLIENT6, WEB6, SYN), 0.0) == []


def test_lines_lose_and_delay() -> None:
    made = world(network={"link": {"delay_ms": 2, "loss": 0.5}})
    arrivals = [Router(made, seed=seed).send(datagram(CLIENT, WEB), 0.0) for seed in range(100)]
    assert 20 < sum(map(bool, arrivals)) < 80
    back = [Router(made, seed=seed).send(datagram(WEB, CLIENT), 0.0) for seed in range(100)]
    assert 20 < sum(map(bool, back)) < 80


def test_the_capture_sees_what_the_client_sees() -> None:
    captured: list[tuple[str, float, bytes]] = []
    router = Router(world(), capture=lambda *entry: captured.append(entry))
    sent = datagram(CLIENT, WEB)
    router.send(sent, 0.0)
    (arrival,) = router.send(datagram(WEB, CLIENT), 1.0)
    router.send(datagram(RESOLVER, AUTHORITY), 2.0)
    assert captured == [("a1", 0.0, sent), ("a1", arrival.at, arrival.packet)]


def test_places_and_their_addresses() -> None:
    router = Router(world())
    expected: Mapping[str, tuple[str, ...]] = {
        "a1/client": (CLIENT, CLIENT6),
        "a2/client": (OTHER_CLIENT,),
        "a1": (RESOLVER, "2001:db8:a1::53", MIDDLE),
        "outside": (AUTHORITY, "2001:db8:53::1", WEB, WEB6),
        "control": (CONTROL, "2001:db8:c::2"),
    }
    assert router.places == expected
    assert router.place(address_bytes(WEB)) == "outside"
    assert router.place(address_bytes("198.51.100.1")) is None


def test_a_scan_does_not_fill_the_memory() -> None:
    router = Router(world())
    base = int.from_bytes(address_bytes("198.18.0.0"), "big")
    for number in range(MOST_ROUTES + 10):
        router.send(datagram(CLIENT, address_text((base + number).to_bytes(4, "big"))), 0.0)
    assert len(router._routes) <= MOST_ROUTES


def test_the_lab_has_a_time_of_its_own_the_fabric_keeps_its_clock() -> None:
    events: list[Event] = []
    captured: list[float] = []
    censor = {
        "behaviour": "null_route",
        "match": {"addresses": [WEB]},
        "schedule": {"windows": [{"start": 5, "end": 6}]},
    }
    router = Router(
        world(censor),
        start=1000.0,
        log=lambda _network, event: events.append(event),
        capture=lambda _network, at, _packet: captured.append(at),
    )
    (arrival,) = router.send(datagram(CLIENT, WEB), 1001.0)
    assert arrival.at == pytest.approx(1001.040)
    assert router.send(datagram(CLIENT, WEB), 1005.5) == []
    assert [event.time for event in events] == pytest.approx([5.5])
    assert captured == pytest.approx([1001.0, 1005.5])


@pytest.mark.parametrize(("client", "server"), [(CLIENT, WEB), (CLIENT6, WEB6)])
def test_a_host_that_is_silent_for_a_network_gets_nothing_of_it_though_censors_see_it(client: str, server: str) -> None:
    views = [{"networks": ["a1"], "fault": "silent"}]
    sites = [{"name": "blocked.example", "hosts": ["web"], "views": views}]
    made = world({"behaviour": "syn_reset", "match": {"ports": [443]}}, site=sites)
    router = Router(made)
    assert router.send(datagram(client, server), 0.0) == []
    assert [arrival.place for arrival in router.send(segment(client, server, SYN), 1.0)] == ["a1/client"]
    if client == CLIENT:
        assert [a.place for a in router.send(datagram(OTHER_CLIENT, server), 2.0)] == ["outside"]
        assert [a.place for a in router.send(datagram(CONTROL, server), 3.0)] == ["outside"]
