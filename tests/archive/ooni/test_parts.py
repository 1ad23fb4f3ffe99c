"""Parts with steps of their own: tries of arms, and exchanges of bytes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.archive.shapes import event, handshakes, lookups, of_kind, query, request, tcp, tls, trips, with_keys
from trigpoint.model.step import Datagram


def own(act: dict[str, Any]) -> dict[str, Any]:
    """Write an act as ours are: what it belongs to is said by its part."""
    return {**act, "tags": []}


@pytest.mark.parametrize("value", [None, 5, "x", {}, [None, 5, {}], [{"arm": 5, "tcp_connect": 5, "protocol": []}]])
def test_whatever_stands_in_the_place_of_parts_is_read(value: object) -> None:
    assert all(
        step.pointer.startswith("/test_keys/x_parts/") for step in with_keys("throttling", {"x_parts": value}).steps
    )


def test_steps_of_a_part_are_marked_by_its_arm_and_belong_to_no_chain() -> None:
    part = {
        "arm": "target.2",
        "tcp_connect": [own(tcp())],
        "tls_handshakes": [own(tls())],
        "requests": [own(request())],
        "queries": [own(query())],
        "network_events": [event("read", 0.5)],
    }
    found = with_keys("made_up", {"x_parts": [None, part]})
    assert {step.tags for step in found.steps} == {"arm=target.2"}
    assert {step.hop for step in found.steps} == {None}
    assert {step.pointer.rpartition("/")[0] for step in (*handshakes(found), *lookups(found), *trips(found))} == {
        "/test_keys/x_parts/1/tls_handshakes",
        "/test_keys/x_parts/1/queries",
        "/test_keys/x_parts/1/requests",
    }


def test_a_part_without_a_name_has_one_and_blanks_do_not_make_two_tags() -> None:
    found = with_keys(
        "made_up", {"x_parts": [{"tcp_connect": [own(tcp())]}, {"arm": "a b", "tcp_connect": [own(tcp())]}]}
    )
    assert [step.tags for step in found.steps] == ["arm=part", "arm=a_b"]


def test_replies_that_came_later_follow_those_of_their_part() -> None:
    part = {"arm": "silent", "queries": [own(query())], "x_dns_duplicate_responses": [own(query()), None]}
    found = lookups(with_keys("dnscheck", {"x_parts": [part]}))
    assert [step.tags for step in found] == ["arm=silent", "arm=silent late"]
    assert found[1].pointer == "/test_keys/x_parts/0/x_dns_duplicate_responses/0"


def test_an_exchange_of_bytes_is_a_step() -> None:
    part = {
        "arm": "echo",
        "endpoint": "[2001:db8::7]:443",
        "protocol": "udp_echo",
        "failure": "generic_timeout_error",
        "t0": 1.0,
        "t": 6.0,
        "sent_bytes": 1200,
        "received_bytes": 0,
        "is_echo": None,
    }
    [step] = of_kind(with_keys("quic", {"x_parts": [part]}), Datagram)
    assert (step.protocol, step.address, step.port, step.tags) == ("udp_echo", "2001:db8::7", 443, "arm=echo")
    assert (step.failure, step.started, step.ended) == ("generic_timeout_error", 1.0, 6.0)
    assert (step.sent_bytes, step.received_bytes, step.is_echo) == (1200, 0, None)
