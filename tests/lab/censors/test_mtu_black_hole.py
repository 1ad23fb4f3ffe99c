from __future__ import annotations

from tests.lab.talks import Talk, causes, engine


def test_large_packets_vanish_without_a_word() -> None:
    filter_ = engine({"behaviour": "mtu_black_hole", "mtu": 1_000, "way": "in"})
    talk = Talk(filter_)
    talk.open()
    assert [talk.receive(b"s" * size) for size in (960, 961)] == ["pass", "drop"]
    assert talk.send(b"c" * 1_400) == "pass"
    assert causes(filter_) == [("drop", "network.mtu")]
