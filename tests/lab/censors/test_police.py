from __future__ import annotations

import pytest

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello, request
from trigpoint.errors import InputError


def rate(talk: Talk, seconds: int, bytes_a_second: int) -> float:
    """Send evenly for a time; give the bytes of packets that came through, a second."""
    passed = 0
    for step in range(seconds * bytes_a_second // 1_000):
        talk.now = step * 1_000 / bytes_a_second
        passed += 1_000 * (talk.receive(b"s" * 960) == "pass")
    return passed / seconds


def test_a_listed_name_is_held_to_the_rate_and_a_twin_is_not() -> None:
    filter_ = engine(
        {"behaviour": "police", "match": {"suffix": [BLOCKED]}, "kilobits_per_second": 140, "burst_bytes": 15_000}
    )
    slow, fast = Talk(filter_), Talk(filter_, port=40_001)
    for talk, name in ((slow, BLOCKED), (fast, FREE)):
        talk.open()
        talk.send(hello(name))
    assert 17_000 < rate(slow, 100, 100_000) < 18_000
    assert rate(fast, 10, 100_000) == 100_000
    assert set(causes(filter_)) == {("arm", "tls.throttle.sni"), ("drop", "tls.throttle.sni")}


def test_each_way_has_a_bucket_and_one_way_can_be_left_alone() -> None:
    filter_ = engine({"behaviour": "police", "trigger": "flow", "burst_bytes": 1_500, "way": "in"})
    talk = Talk(filter_)
    talk.open()
    assert [talk.receive(b"s" * 1_000) for _ in range(2)] == ["pass", "drop"]
    assert [talk.send(b"c" * 1_000) for _ in range(4)] == ["pass"] * 4
    assert causes(filter_)[0] == ("arm", "tls.throttle")


def test_a_request_can_be_the_trigger() -> None:
    filter_ = engine({"behaviour": "police", "trigger": "request", "match": {"suffix": [BLOCKED]}})
    talk = Talk(filter_, server_port=80)
    talk.open()
    talk.send(request())
    assert causes(filter_) == [("arm", "http.throttle")]


def test_a_rate_of_nothing_is_none() -> None:
    with pytest.raises(InputError, match="kilobits_per_second"):
        engine({"behaviour": "police", "kilobits_per_second": 0})
