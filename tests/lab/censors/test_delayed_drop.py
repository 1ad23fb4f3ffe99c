from __future__ import annotations

from tests.lab.talks import BLOCKED, Talk, causes, engine, hello


def test_some_packets_pass_behind_the_hello_and_then_none() -> None:
    filter_ = engine({"behaviour": "delayed_drop", "match": {"suffix": [BLOCKED]}, "packets": 2, "packets_up_to": 0})
    talk = Talk(filter_)
    talk.open()
    talk.send(hello(), "hello")
    talk.receive(b"s")
    talk.ack()
    talk.receive(b"s")
    talk.ack()
    assert talk.lines[3:] == ["> hello: pass", "< data: pass", "> ACK: pass", "< data: drop", "> ACK: drop"]
    assert causes(filter_) == [("arm", "tls.timeout.sni"), ("drop", "tls.timeout.sni"), ("drop", "tls.timeout.sni")]


def test_the_number_is_drawn_for_each_flow_from_between_two() -> None:
    filter_ = engine({"behaviour": "delayed_drop", "match": {"suffix": [BLOCKED]}})
    passed = set()
    for port in range(40_000, 40_030):
        talk = Talk(filter_, port=port)
        talk.open()
        talk.send(hello())
        passed.add([talk.receive(b"s") for _ in range(12)].count("pass"))
    assert passed == {5, 6, 7, 8}
