from __future__ import annotations

import pytest

from tests.lab.talks import OTHERS, SERVERS, Talk, causes, engine
from trigpoint.errors import InputError
from trigpoint.net.packets import address_text

LISTED = {"addresses": list(SERVERS.values())}


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize(
    ("way", "lines"),
    [
        ("both", ["> SYN: drop", "< SYN+ACK: drop"]),
        ("out", ["> SYN: drop", "< SYN+ACK: pass"]),
        ("in", ["> SYN: pass", "< SYN+ACK: drop"]),
    ],
)
def test_silence_goes_both_ways_or_one(version: int, way: str, lines: list[str]) -> None:
    filter_ = engine({"behaviour": "null_route", "match": LISTED, "way": way})
    talk = Talk(filter_, version)
    talk.syn()
    talk.synack()
    assert talk.lines == lines
    assert ("drop", "tcp.timeout") in causes(filter_)
    assert Talk(filter_, version, server=OTHERS[version]).syn() == "pass"


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize(
    ("answer", "cause", "text"),
    [
        ("rst", "tcp.refused", "drop, client gets RST+ACK"),
        ("prohibited", "ip.unreachable", "drop, client gets ICMP"),
        ("host_unreachable", "ip.unreachable", "drop, client gets ICMP"),
    ],
)
def test_an_answer_says_so(version: int, answer: str, cause: str, text: str) -> None:
    filter_ = engine({"behaviour": "null_route", "match": LISTED, "answer": answer})
    talk = Talk(filter_, version)
    assert talk.syn() == text
    assert causes(filter_)[0][1] == cause
    assert talk.synack() == "drop"


def test_a_refused_syn_is_acknowledged_so_that_the_client_believes_it() -> None:
    talk = Talk(engine({"behaviour": "null_route", "match": LISTED, "answer": "rst"}))
    talk.syn()
    assert (talk.injected()[0].sequence, talk.injected()[0].acknowledgement) == (0, 1_001)


def test_udp_is_refused_by_icmp_and_a_reset_is_not_answered() -> None:
    filter_ = engine({"behaviour": "null_route", "match": LISTED, "answer": "rst"})
    assert Talk(filter_).ask(b"x") == "drop, client gets ICMP"
    talk = Talk(filter_)
    assert talk.show(talk.packet(outward=True, flags=4), "RST", outward=True) == "drop"


def test_icmp_comes_from_the_router_before_it() -> None:
    path = {"hops": 5, "routers": {3: ["198.51.100.3", "2001:db8:2::3"]}}
    for version, router in ((4, "198.51.100.3"), (6, "2001:db8:2::3")):
        talk = Talk(engine({"behaviour": "null_route", "match": LISTED, "answer": "no_route"}, **path), version)
        talk.syn()
        assert address_text(talk.injected()[0].source) == router


def test_a_prefix_is_another_mechanism() -> None:
    filter_ = engine({"behaviour": "null_route", "match": {"addresses": ["203.0.113.0/24"]}})
    Talk(filter_).syn()
    assert causes(filter_) == [("drop", "ip.prefix_null_route")]


def test_only_some_ports() -> None:
    filter_ = engine({"behaviour": "null_route", "match": {**LISTED, "ports": [443]}})
    assert Talk(filter_).syn() == "drop"
    assert Talk(filter_, server_port=80).syn() == "pass"


def test_only_one_family() -> None:
    filter_ = engine({"behaviour": "null_route", "match": {**LISTED, "families": [4]}})
    assert Talk(filter_, 4).syn() == "drop"
    assert Talk(filter_, 6).syn() == "pass"


def test_match_days() -> None:
    schedule = {"windows": [{"start": 70_200, "end": 78_300}], "period_seconds": 86_400}
    filter_ = engine({"behaviour": "null_route", "match": LISTED, "schedule": schedule})
    talk = Talk(filter_)
    seen = []
    for now in (70_199, 70_200, 78_299, 78_300, 86_400 + 70_200):
        talk.now = now
        seen.append(talk.syn())
    assert seen == ["pass", "drop", "drop", "pass", "drop"]


def test_addresses_must_be_given() -> None:
    with pytest.raises(InputError, match="addresses: "):
        engine({"behaviour": "null_route", "match": {}})
    with pytest.raises(InputError, match="addresses: 'nowhere'"):
        engine({"behaviour": "null_route", "match": {"addresses": ["nowhere"]}})


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize(("port", "cause"), [(443, "tls.timeout"), (80, "http.timeout"), (22, "tcp")])
def test_a_connection_may_open_and_die_then_whatever_it_says(version: int, port: int, cause: str) -> None:
    filter_ = engine({"behaviour": "null_route", "match": LISTED, "passes": "handshake"})
    talk = Talk(filter_, version, server_port=port)
    assert talk.open() == ["pass"] * 3
    assert [talk.send(b"any words"), talk.receive(b"any answer")] == ["drop"] * 2
    assert {logged for _, logged in causes(filter_)} == {cause}
    free = Talk(filter_, version, server=OTHERS[version], server_port=port)
    free.open()
    assert free.send(b"any words") == "pass"


def test_datagrams_have_no_handshake() -> None:
    filter_ = engine({"behaviour": "null_route", "match": LISTED, "passes": "handshake"})
    assert Talk(filter_).ask(b"x") == "drop"
    assert causes(filter_) == [("drop", "udp.timeout")]
