from __future__ import annotations

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello


def test_the_client_sees_an_end_and_the_server_a_reset() -> None:
    filter_ = engine({"behaviour": "tls_close", "match": {"suffix": [BLOCKED]}})
    talk = Talk(filter_, 6)
    talk.open()
    talk.send(hello(), "hello")
    talk.receive(b"s")
    assert talk.lines[3:] == ["> hello: drop, client gets FIN+ACK, server gets RST", "< data: drop"]
    end, reset = talk.injected(3)
    assert (end.sequence, end.acknowledgement) == (5_001, 1_001 + len(hello()))
    assert reset.sequence == 1_001
    assert causes(filter_)[0] == ("close", "tls.close.sni")


def test_on_the_path_it_only_races() -> None:
    alert = {"to": "client", "flags": "fin+psh+ack", "payload": "15030300020228"}
    filter_ = engine(
        {"behaviour": "tls_close", "match": {"suffix": [BLOCKED]}, "placement": {"path": "on"}, "print": alert}
    )
    talk = Talk(filter_)
    talk.open()
    assert talk.send(hello()) == "pass, client gets FIN+PSH+ACK 7"
    assert talk.receive(b"s") == "pass"
    free = Talk(filter_, port=40_001)
    free.open()
    assert free.send(hello(FREE)) == "pass"
