from __future__ import annotations

from tests.lab.talks import Talk, engine


def test_a_burst_is_never_longer_than_the_time_between_two() -> None:
    entry = {"behaviour": "flaky_link", "loss": 0.0, "burst_every_seconds": 1, "burst_seconds": 50, "burst_loss": 1.0}
    filter_ = engine({**entry})
    talk = Talk(filter_)
    for step in range(200):
        talk.now = step * 0.1
        talk.receive(b"s")
    assert 100 < talk.lines.count("< data: drop") < 200
