from __future__ import annotations

from tests.lab.talks import BLOCKED, FREE, Talk, engine, hello
from trigpoint.net.packets import RST


def residual(packets: str) -> Talk:
    how = {"seconds": 60, "tuple": "host", "packets": packets}
    filter_ = engine(
        {"behaviour": "tls_reset", "match": {"suffix": [BLOCKED]}, "residual": how, "prints": [{"to": "client"}]}
    )
    Talk(filter_).send(hello())
    return Talk(filter_, port=40_001)


def test_which_packets_are_answered() -> None:
    for packets, answered in (("payload", [0, 0, 0, 1]), ("syn", [1, 1, 0, 0]), ("any", [1, 1, 1, 1])):
        talk = residual(packets)
        talk.open()
        talk.send(hello(FREE))
        assert [len(outcome.injections) for outcome in talk.outcomes] == answered


def test_a_reset_is_not_answered_and_neither_is_udp() -> None:
    talk = residual("any")
    assert talk.show(talk.packet(outward=True, flags=RST), "RST", outward=True) == "pass"
    assert talk.ask(b"x") == "pass"


def test_only_the_server_s_segments_are_rewritten() -> None:
    filter_ = engine({"behaviour": "rewrite_to_reset", "match": {"suffix": [BLOCKED]}, "residual": {"tuple": "host"}})
    talk = Talk(filter_)
    talk.send(hello())
    assert [talk.send(b"c"), talk.receive(b"s")] == ["pass", "becomes RST+ACK"]
    datagrams = Talk(filter_)
    assert [datagrams.ask(b"c"), datagrams.answer()] == ["pass", "pass"]
