from __future__ import annotations

from tests.lab.talks import Talk, causes, engine

ENTRY = {"behaviour": "tcp_proxy", "to": "proxy"}


def test_connections_are_handed_over_from_their_first_packet_on() -> None:
    filter_ = engine(ENTRY)
    talk = Talk(filter_)
    assert [talk.syn(), talk.ack(), talk.send(b"data")] == ["divert to proxy"] * 3
    assert causes(filter_) == [("divert", "tcp")]


def test_other_ports_and_datagrams_go_their_way() -> None:
    filter_ = engine(ENTRY)
    assert Talk(filter_, server_port=8443).syn() == "pass"
    assert Talk(filter_).ask(b"datagram") == "pass"
    assert not filter_.events
