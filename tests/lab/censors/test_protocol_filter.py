from __future__ import annotations

import pytest

from tests.lab.talks import Talk, causes, engine, hello, request, stream_query


@pytest.mark.parametrize("version", [4, 6])
def test_two_unknown_packets_and_the_client_is_silenced(version: int) -> None:
    filter_ = engine({"behaviour": "protocol_filter"})
    talk = Talk(filter_, version)
    talk.open()
    talk.send(b"SSH-2.0-x\r\n", "first")
    talk.send(b"more", "second")
    talk.receive(b"s")
    talk.send(b"again", "third")
    assert talk.lines[3:] == ["> first: pass", "> second: drop", "< data: pass", "> third: drop"]
    assert causes(filter_) == [("drop", "tcp")] * 2
    assert Talk(filter_, version, server_port=22).send(b"SSH-2.0-x\r\n") == "pass"


@pytest.mark.parametrize(
    "first", [hello(), request(), stream_query(), b"\x17\x03\x03\x00\x01x"], ids=["tls", "http", "dns", "data"]
)
@pytest.mark.parametrize("port", [53, 80, 443])
def test_any_known_protocol_will_do_on_any_of_the_ports(first: bytes, port: int) -> None:
    talk = Talk(engine({"behaviour": "protocol_filter"}), server_port=port)
    talk.open()
    assert [talk.send(first), *(talk.send(b"noise") for _ in range(3))] == ["pass"] * 4


def test_the_second_packet_may_be_the_known_one() -> None:
    talk = Talk(engine({"behaviour": "protocol_filter"}))
    assert [talk.send(b"noise"), talk.send(hello()), talk.send(b"noise")] == ["pass"] * 3
