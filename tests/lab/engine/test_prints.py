from __future__ import annotations

import pytest

from tests.lab.talks import Talk, engine, hello
from trigpoint.lab.engine.draws import Draws
from trigpoint.lab.engine.group import Number
from trigpoint.lab.engine.prints import TcpPrint, numbers


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (7, {7}),
        (Number(7, 9), {7}),
        (Number(rule="mirror"), {50}),
        (Number(7, rule="random"), {7}),
        (Number(7, rule="increment"), {7, 8, 9}),
        (Number(7, 8, rule="count"), {7, 8}),
    ],
)
def test_numbers_follow_their_rule(rule: int | Number, found: set[int]) -> None:
    assert set(numbers(rule, 3, 50, Draws("x"))) == found


def test_random_numbers_stay_between_their_ends() -> None:
    found = numbers(Number(3, 5, "random"), 100, 0, Draws("x"))
    assert set(found) == {3, 4, 5}


def test_a_counter_goes_on_from_one_flow_to_the_next_and_each_make_has_its_own() -> None:
    counted = {"low": 40, "high": 42, "rule": "count"}
    looks = [{"to": "client", "ttl": counted, "count": 2}, {"to": "client", "window": 9, "ttl": counted, "beside": 1.0}]
    censors = engine({"behaviour": "tls_reset", "prints": [{**looks[0], "weight": 1_000_000}, looks[1]]})
    seen: dict[int, list[int]] = {0: [], 9: []}
    for port in range(40_000, 40_003):
        talk = Talk(censors, port=port)
        talk.open()
        talk.send(hello())
        for packet in talk.injected():
            seen[packet.window].append(packet.ttl)
    assert seen == {0: [40, 41, 42, 40, 41, 42], 9: [40, 41, 42]}


@pytest.mark.parametrize(
    "wrong", [{"payload": "abc"}, {"payload": "zz"}, {"payload": "00" * 1_401}, {"sequence_offsets": ()}]
)
def test_prints_that_cannot_be_sent_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"payload|sequence_offsets"):
        TcpPrint(**wrong)


def test_a_ttl_seen_at_the_receiver_is_raised_by_the_way_to_each_end() -> None:
    look = {"ttl": 50, "ttl_at": "receiver"}
    talk = Talk(engine({"behaviour": "tls_reset", "prints": [look], "placement": {"hop": 2}}, hops=7))
    talk.open()
    talk.send(hello())
    assert [packet.ttl for packet in talk.injected()] == [52, 55]


def test_mirrors_copy_the_packet_that_triggered_as_it_is_at_the_hop() -> None:
    mirror = {"rule": "mirror"}
    look = {"to": "client", "ttl": mirror, "ip_id": mirror, "window": mirror}
    talk = Talk(engine({"behaviour": "tls_reset", "prints": [look], "placement": {"hop": 2}}, hops=7), ttl=30)
    talk.open()
    talk.send(hello())
    packet = talk.injected()[0]
    assert (packet.ttl, packet.identification, packet.window) == (28, 77, 500)


def test_for_a_trigger_from_outside_the_client_s_ttl_is_what_is_left() -> None:
    look = {"to": "client", "ttl": {"rule": "mirror"}, "delay_seconds": 0.2}
    talk = Talk(
        engine({"behaviour": "tls_reset", "prints": [look], "placement": {"hop": 2, "direction": "in"}}, hops=7)
    )
    talk.open()
    talk.receive(hello())
    assert talk.injected()[0].ttl == 59
    assert talk.injected()[0].sequence == talk.acknowledgement
    assert talk.outcomes[-1].injections[0].delay == 0.2


def makes_of(beside: float) -> list[tuple[int, ...]]:
    """Give the windows that each of 60 connections is reset with, where one print is usual and one comes beside it."""
    looks = [{"to": "client", "window": 1, "weight": 1_000_000}, {"to": "client", "window": 2, "beside": beside}]
    censors = engine({"behaviour": "tls_reset", "prints": looks})
    talks = [Talk(censors, port=port) for port in range(40_000, 40_060)]
    for talk in talks:
        talk.open()
        talk.send(hello())
    return [tuple(packet.window for packet in talk.injected()) for talk in talks]


def test_a_print_beside_the_drawn_one_comes_in_its_share_of_connections() -> None:
    assert set(makes_of(0)) == {(1,)}
    assert set(makes_of(1)) == {(1, 2)}
    found = makes_of(0.5)
    assert set(found) == {(1,), (1, 2)}
    assert 15 < found.count((1, 2)) < 45
