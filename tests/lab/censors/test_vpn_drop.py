from __future__ import annotations

import pytest

from tests.lab.talks import Talk, causes, engine, hello
from tests.net.test_vpn import INITIATION, RESET
from trigpoint.errors import InputError

STREAM = len(RESET).to_bytes(2, "big") + RESET


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("first", [RESET, INITIATION], ids=["openvpn", "wireguard"])
def test_over_udp_some_packets_pass_and_then_none_either_way(first: bytes, version: int) -> None:
    filter_ = engine({"behaviour": "vpn_drop", "packets": 3})
    talk = Talk(filter_, version, server_port=1194)
    talk.ask(first)
    talk.answer()
    talk.ask(b"more")
    talk.answer()
    assert [talk.ask(b"more"), talk.answer()] == ["drop", "drop"]
    assert set(talk.lines[:4]) == {"> datagram: pass", "< datagram: pass"}
    assert causes(filter_) == [("arm", "udp.timeout"), ("drop", "udp.timeout"), ("drop", "udp.timeout")]


def test_over_tcp_the_length_stands_before_the_packet() -> None:
    filter_ = engine({"behaviour": "vpn_drop", "packets": 0})
    talk = Talk(filter_, server_port=1194)
    talk.open()
    assert [talk.send(STREAM), talk.receive(b"s"), talk.ack()] == ["drop"] * 3
    assert [(event.cause, event.rule) for event in filter_.events] == [("tcp", "openvpn")] * 3


def test_other_flows_and_kinds_that_are_not_meant_pass() -> None:
    filter_ = engine({"behaviour": "vpn_drop", "packets": 0, "kinds": ["openvpn"]})
    assert Talk(filter_).ask(INITIATION) == "pass"
    assert Talk(filter_, port=40_001).send(hello()) == "pass"
    assert Talk(filter_, port=40_002).send(INITIATION) == "pass"


def test_no_kinds_at_all_are_refused() -> None:
    with pytest.raises(InputError, match="kinds"):
        engine({"behaviour": "vpn_drop", "kinds": []})
