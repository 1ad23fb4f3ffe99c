from __future__ import annotations

import pytest

from tests.lab.talks import Talk, causes, engine, hello, query
from trigpoint.lab.engine.diversions import Divert
from trigpoint.lab.engine.outcome import Verdict
from trigpoint.lab.engine.response import Hit
from trigpoint.net.packets import ACK, SYN


def test_without_names_the_beginning_of_each_flow_is_told() -> None:
    act, ongoing = Divert("box").begin(Hit("flow"), None)  # type: ignore[arg-type]
    assert (act.did, act.verdict, act.to, ongoing) == ("divert", Verdict.DIVERT, "box", Divert("box"))


def test_later_packets_follow_in_silence_and_the_way_back_is_free() -> None:
    filter_ = engine({"behaviour": "captive_portal", "to": "portal"})
    talk = Talk(filter_, server_port=80)
    assert [talk.syn(), talk.synack(), talk.ack()] == ["divert to portal", "pass", "divert to portal"]
    assert causes(filter_) == [("divert", "local.captive_portal")]


@pytest.mark.parametrize(
    ("direction", "outward", "inward"),
    [("out", "divert to box", "pass"), ("in", "pass", "divert to box"), ("both", "divert to box", "divert to box")],
)
@pytest.mark.parametrize("behaviour", ["tls_interception", "tcp_proxy"])
def test_flows_are_diverted_that_begin_in_the_direction_that_is_meant(
    behaviour: str, direction: str, outward: str, inward: str
) -> None:
    filter_ = engine({"behaviour": behaviour, "to": "box", "placement": {"direction": direction}})
    own = Talk(filter_)
    assert [own.syn(), own.synack(), own.send(hello())] == [outward, "pass", outward]
    other = Talk(filter_, port=443, server_port=40_000)
    opening = other.packet(outward=False, flags=SYN), other.packet(outward=True, flags=SYN | ACK)
    assert other.show(opening[0], "SYN", outward=False) == inward
    assert other.show(opening[1], "SYN+ACK", outward=True) == "pass"
    assert other.receive(hello()) == inward


def test_queries_from_outside_reach_the_resolver_they_were_for() -> None:
    filter_ = engine({"behaviour": "dns_interception", "to": "box"})
    assert Talk(filter_, server_port=53).ask(query()) == "divert to box"
    assert Talk(filter_, port=53, server_port=40_000).answer(query()) == "pass"
