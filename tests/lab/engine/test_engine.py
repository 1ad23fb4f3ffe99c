from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.talks import BLOCKED, CLIENTS, FREE, SERVERS, Talk, causes, engine, hello, query, request
from trigpoint.lab.catalogue import censors
from trigpoint.lab.engine.engine import Engine
from trigpoint.lab.engine.outcome import PASSED, Verdict
from trigpoint.net.packets import Segment, address_bytes, icmp, tcp

if TYPE_CHECKING:
    from trigpoint.lab.engine.event import Event

NAMED = {"match": {"suffix": [BLOCKED]}}
DROP_ALL = {"behaviour": "shutdown"}


@given(st.binary(max_size=80), st.booleans())
def test_without_censors_everything_passes(data: bytes, outward: bool) -> None:
    assert Engine(()).handle(data, 0.0, outward=outward) is PASSED


def test_what_is_no_packet_passes_even_a_shutdown() -> None:
    assert engine(DROP_ALL).handle(b"noise", 0.0, outward=True) is PASSED


def test_censors_are_met_in_the_order_of_their_hops_and_backwards_on_the_way_back() -> None:
    near = {"id": "near", "behaviour": "null_route", "match": {"addresses": [SERVERS[4]]}, "placement": {"hop": 2}}
    far = {"id": "far", **DROP_ALL, "placement": {"hop": 5}}
    filter_ = engine(far, near)
    talk = Talk(filter_)
    talk.syn()
    talk.synack()
    assert [event.censor for event in filter_.events] == ["near", "far"]


def test_what_an_earlier_one_drops_a_later_one_does_not_see() -> None:
    filter_ = engine({**DROP_ALL, "placement": {"hop": 1}}, {"behaviour": "tls_reset", "placement": {"hop": 2}})
    assert Talk(filter_).send(hello()) == "drop"
    assert causes(filter_) == [("drop", "ip.shutdown")]


def test_injections_and_delays_of_several_add_up() -> None:
    slow = {"behaviour": "shape", "trigger": "flow", "kilobits_per_second": 0, "delay_seconds": 1}
    filter_ = engine(slow, slow, {"behaviour": "tls_reset", **NAMED})
    talk = Talk(filter_)
    talk.open()
    assert talk.send(hello()) == "pass, held 2.00 s, client gets RST+ACK, server gets RST+ACK"


def test_a_packet_whose_ttl_ends_before_it_does_not_reach_a_censor() -> None:
    entry = {**DROP_ALL, "placement": {"hop": 3, "direction": "both"}}
    seen = []
    for ttl in (3, 4):
        talk = Talk(engine(entry, hops=8), ttl=ttl)
        seen.append(talk.syn())
    for ttl in (5, 6):
        talk = Talk(engine(entry, hops=8), ttl=ttl)
        seen.append(talk.receive(b"s"))
    assert seen == ["pass", "drop", "pass", "drop"]


def test_flow_hash_misses_are_all_or_nothing_for_a_port_and_a_server() -> None:
    filter_ = engine({"behaviour": "dns_drop", **NAMED, "placement": {"flow_hash_miss": 0.3}})
    seen = {}
    for port in range(40_000, 40_200):
        talk = Talk(filter_, server_port=53, port=port)
        seen[port] = {talk.ask(query()) for _ in range(3)}
    assert all(len(outcomes) == 1 for outcomes in seen.values())
    assert 40 < sum("pass" in outcomes for outcomes in seen.values()) < 80


@pytest.mark.parametrize("width", ["3", "address"])
def test_what_goes_round_a_censor_goes_round_its_residues_and_does_not_keep_them_alive(width: str) -> None:
    residual = {"tuple": width, "seconds": 10, "action": "drop-out", "refresh": True}
    placement = {"path": "in", "flow_hash_miss": 0.5}
    filter_ = engine({"behaviour": "tls_reset", **NAMED, "placement": placement, "residual": residual})

    def drops(port: int, now: float, payload: bytes) -> bool:
        talk = Talk(filter_, port=port)
        talk.now = now
        return talk.send(payload) == "drop"

    caught = {}
    for port in range(40_000, 40_100):
        events = len(filter_.events)
        Talk(filter_, port=port).send(hello())
        caught[port] = len(filter_.events) > events
    assert 30 < sum(caught.values()) < 70
    assert {port: drops(port, 1.0, b"innocent") for port in caught} == caught
    past, round_it = (next(port for port, is_caught in caught.items() if is_caught is it) for it in (True, False))
    assert not drops(round_it, 10.0, b"late")
    assert drops(past, 10.5, b"in time")
    assert not drops(round_it, 20.0, b"late")
    assert not drops(past, 21.0, b"too late")


def test_another_seed_is_another_story() -> None:
    stories = []
    for seed in (1, 2):
        filter_ = engine({"behaviour": "dns_drop", **NAMED, "placement": {"fire_probability": 0.5}}, seed=seed)
        for port in range(40_000, 40_050):
            Talk(filter_, server_port=53, port=port).ask(query())
        stories.append([event.story for event in filter_.events])
    assert stories[0] != stories[1]


def test_tables_are_small_however_many_flows_there_are() -> None:
    filter_ = engine({"behaviour": "tls_drop", "residual": {"tuple": "4"}}, most_flows=10, most_residuals=5)
    for port in range(1_000, 1_050):
        Talk(filter_, port=port).send(hello())
    assert (filter_.flows, filter_.residuals) == (10, 5)
    assert len(engine(*[DROP_ALL] * 3).events) == 0


def test_events_go_where_they_are_wanted() -> None:
    taken: list[Event] = []
    filter_ = Engine(censors([{"id": "x", **DROP_ALL}]), log=taken.append)
    Talk(filter_).syn()
    assert [event.censor for event in taken] == ["x"]
    assert not filter_.events


def test_icmp_and_fragments_are_flows_without_ports() -> None:
    filter_ = engine(DROP_ALL)
    echo = icmp(address_bytes(CLIENTS[4]), address_bytes(SERVERS[4]), (8, 0), bytes(4))
    assert filter_.handle(echo, 0.0, outward=True).verdict is Verdict.DROP
    assert (filter_.events[0].protocol, filter_.events[0].client_port) == ("icmp", 0)
    fragment = bytearray(tcp((address_bytes(CLIENTS[4]), 1), (address_bytes(SERVERS[4]), 2), Segment(1, 0, 2)))
    fragment[6] |= 0x20
    fragment[9] = 132
    assert filter_.handle(bytes(fragment), 0.0, outward=True).verdict is Verdict.DROP
    assert filter_.events[1].protocol == "other"


def test_residual_blocking_does_not_wait_for_a_censor_s_interest_in_the_flow() -> None:
    residual = {"tuple": "host", "seconds": 60, "action": "drop-both"}
    match = {"suffix": [BLOCKED], "ports": [443]}
    filter_ = engine({"behaviour": "tls_reset", "match": match, "residual": residual, "placement": {"path": "in"}})
    Talk(filter_).send(hello())
    later = Talk(filter_, server_port=80)
    assert [later.syn(), later.synack()] == ["drop", "drop"]
    later.now = 61.0
    assert later.syn() == "pass"
    assert causes(filter_)[1:] == [("drop", "self.residual")] * 2


def test_of_two_residual_censors_the_second_does_not_see_what_the_first_drops() -> None:
    first = {"behaviour": "tls_drop", **NAMED, "residual": {"seconds": 60}, "placement": {"hop": 1}}
    second = {"behaviour": "tls_reset", **NAMED, "residual": {"seconds": 60}, "placement": {"hop": 0}}
    filter_ = engine(first, second)
    assert Talk(filter_).send(hello()) == "drop, client gets RST+ACK, server gets RST+ACK"
    filter_.events.clear()
    later = Talk(filter_, port=40_001)
    assert later.send(hello(FREE)) == "drop, client gets RST+ACK, server gets RST+ACK"
    assert later.receive(b"s") == "drop"
    assert causes(filter_) == [("reset", "self.residual"), ("drop", "self.residual"), ("drop", "self.residual")]


def test_a_page_that_stays_answers_later_requests_and_no_handshake() -> None:
    match = {"suffix": [BLOCKED], "ports": [80]}
    filter_ = engine({"behaviour": "http_block_page", "match": match, "residual": {"seconds": 60}})
    Talk(filter_, server_port=80).send(request())
    later = Talk(filter_, server_port=80, port=40_001)
    assert later.open() == ["pass"] * 3
    assert later.send(request(FREE)).startswith("drop, client gets FIN+PSH+ACK")
    assert later.receive(b"s") == "drop"
    assert causes(filter_)[1:] == [("page", "self.residual"), ("drop", "self.residual")]


def test_the_flow_that_was_hit_is_not_called_residual() -> None:
    filter_ = engine({"behaviour": "tls_reset", **NAMED, "residual": {"seconds": 60}})
    talk = Talk(filter_)
    talk.open()
    talk.send(hello())
    talk.receive(b"s")
    assert causes(filter_) == [("reset", "tls.reset.sni")] * 2


def test_a_backup_box_drops_a_second_after_a_reset_that_was_ignored() -> None:
    backup = {"behaviour": "tls_drop", **NAMED, "drops_trigger": False, "after_seconds": 1.0}
    talk = Talk(engine({"behaviour": "tls_reset", **NAMED}, backup))
    talk.open()
    assert "RST" in talk.send(hello())
    talk.now = 0.5
    assert talk.receive(b"s") == "pass"
    talk.now = 1.5
    assert talk.receive(b"s") == "drop"


def test_who_sees_only_a_copy_can_neither_drop_nor_say_so() -> None:
    made = censors([{"id": "x", **DROP_ALL}])
    filter_ = Engine([msgspec.structs.replace(one, path="on") for one in made])
    assert Talk(filter_).open() == ["pass"] * 3
    assert not filter_.events


def test_mechanisms_overlap() -> None:
    route = {"behaviour": "null_route", "match": {"addresses": [SERVERS[4]]}, "way": "in"}
    filter_ = engine(route, {"behaviour": "http_reset", **NAMED})
    talk = Talk(filter_, server_port=80)
    assert [talk.syn(), talk.synack(), talk.send(request())] == [
        "pass",
        "drop",
        "pass, client gets RST+ACK, server gets RST+ACK",
    ]


def test_a_share_of_addresses_may_never_be_looked_at_whoever_asks() -> None:
    entry = {"behaviour": "null_route", "match": {"addresses": ["203.0.113.0/24"]}, "placement": {"address_miss": 0.8}}

    def dropped(seed: int, port: int) -> list[bool]:
        filter_ = engine(entry, seed=seed)
        return [Talk(filter_, port=port, server=f"203.0.113.{number}").syn() == "drop" for number in range(200)]

    first = dropped(1, 40_000)
    assert 20 < sum(first) < 60
    assert dropped(1, 40_001) == first != dropped(2, 40_000)


def test_what_a_residue_does_to_the_flow_that_caused_it_is_told_with_its_name() -> None:
    made = engine({"behaviour": "tls_reset", "residual": {"seconds": 60}, **NAMED})
    first, second = Talk(made), Talk(made, port=40_001)
    for talk in (first, second):
        talk.open()
    first.send(hello())
    for talk in (first, second):
        talk.send(b"more")
    told = [(event.cause, event.name) for event in made.events if event.rule == "residual"]
    assert set(told) == {("tls.reset.sni", BLOCKED), ("self.residual", "")}
