from __future__ import annotations

from tests.lab.talks import Talk, engine


def test_a_burst_is_never_longer_than_the_time_between_two() -> None:
    entry = {"behaviour": "flaky_link", "loss": 0.0, "burst_every_seconds": 1, "burst_seconds": 50, "burst_loss": 1.0}
    filter_ = engine({**entry})
    talk = Talk(filter_)
    for step in range(200):
        talk.now = step * 0.1  # seconds
        talk.receive(b"s")
    assert 100 < talk.lines.count("< data: drop") < 200


def test_bursts_are_as_long_as_they_are_told() -> None:
    bursts = {"burst_every_seconds": 100, "burst_seconds": 2, "burst_seconds_up_to": 6, "burst_loss": 1.0}
    talk = Talk(engine({"behaviour": "flaky_link", "loss": 0.0, **bursts}))
    lengths, length = [], 0.0
    for step in range(40_000):
        talk.now = step * 0.1  # seconds
        if talk.receive(b"") == "drop":
            length += 0.1
        elif length:
            lengths.append(length)
            length = 0.0
    alone = [length for length in lengths if length < 6.2]  # two may touch
    assert len(lengths) > 30
    assert len(alone) > 0.9 * len(lengths)
    assert 1.8 < min(alone) < 2.8
    assert 5.2 < max(alone) < 6.2


def test_loss_may_follow_the_time_of_day() -> None:
    filter_ = engine({"behaviour": "flaky_link", "loss": 0.0, "diurnal_loss": [0.0, 1.0, 0.5]})
    talk = Talk(filter_)
    lost = []
    for hour in (0, 9, 17, 24):
        talk.lines.clear()
        for _ in range(200):
            talk.now = hour * 3_600
            talk.receive(b"s")
        lost.append(talk.lines.count("< data: drop"))
    assert (lost[0], lost[1], lost[3]) == (0, 200, 0)
    assert 60 < lost[2] < 140


def test_it_comes_on_top_of_what_is_lost_always() -> None:
    filter_ = engine({"behaviour": "flaky_link", "loss": 0.5, "diurnal_loss": [0.5]})
    talk = Talk(filter_)
    for _ in range(400):
        talk.receive(b"s")
    assert 250 < talk.lines.count("< data: drop") < 350
