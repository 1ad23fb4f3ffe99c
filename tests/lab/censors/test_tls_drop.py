from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello

NAMED = {"suffix": [BLOCKED]}


@pytest.mark.parametrize("version", [4, 6])
def test_the_hello_and_all_that_follows_vanish(version: int) -> None:
    filter_ = engine({"behaviour": "tls_drop", "match": NAMED})
    talk = Talk(filter_, version)
    talk.open()
    talk.send(hello(), "hello")
    talk.receive(b"s")
    talk.ack()
    assert talk.lines[3:] == ["> hello: drop", "< data: drop", "> ACK: drop"]
    assert causes(filter_) == [("drop", "tls.timeout.sni")] * 3


def test_one_way_and_after_a_time() -> None:
    filter_ = engine(
        {"behaviour": "tls_drop", "match": NAMED, "way": "out", "after_seconds": 1, "drops_trigger": False}
    )
    talk = Talk(filter_)
    talk.open()
    talk.send(hello(), "hello")
    talk.now = 0.9
    talk.ack()
    talk.now = 1.0
    talk.ack()
    talk.receive(b"s")
    assert talk.lines[3:] == ["> hello: pass", "> ACK: pass", "> ACK: drop", "< data: pass"]


def test_a_conjunction_of_name_and_address() -> None:
    filter_ = engine({"behaviour": "tls_drop", "match": {**NAMED, "addresses": ["203.0.113.9"]}})
    for server, name, expected in (
        ("203.0.113.9", BLOCKED, "drop"),
        ("203.0.113.8", BLOCKED, "pass"),
        ("203.0.113.9", FREE, "pass"),
    ):
        talk = Talk(filter_, server=server, port=2_000 + len(server) + len(name))
        talk.open()
        assert talk.send(hello(name)) == expected


def test_the_four_tuple_stays_blocked_and_each_packet_starts_the_time_anew() -> None:
    residual = {"tuple": "4", "seconds": 120, "refresh": True}
    filter_ = engine({"behaviour": "tls_drop", "match": NAMED, "residual": residual})
    talk = Talk(filter_)
    talk.open()
    talk.send(hello())
    seen = []
    for now in (100, 200, 319, 440):
        again = Talk(filter_)
        again.now = now
        again.sequence = now  # a new connection from the same port
        seen.append(again.syn())
    assert seen == ["drop", "drop", "drop", "pass"]
    assert Talk(filter_, port=40_001).open() == ["pass"] * 3
    assert ("drop", "tls.timeout.sni") in causes(filter_)


def test_esni_is_an_extension() -> None:
    filter_ = engine({"behaviour": "tls_drop", "match": {"extensions": [0xFFCE]}})
    talk = Talk(filter_)
    talk.open()
    assert talk.send(hello()) == "pass"
    with_sni = engine({"behaviour": "tls_drop", "match": {"extensions": [0]}})
    talk = Talk(with_sni)
    talk.open()
    assert talk.send(hello()) == "drop"
    assert causes(with_sni) == [("drop", "tls.timeout")]
