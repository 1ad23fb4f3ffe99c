from __future__ import annotations

import itertools

from tests.lab.talks import Talk, causes, engine


def through(filter_: object, number: int = 1_000, step: float = 0.0, start: float = 0.0) -> Talk:
    talk = Talk(filter_)  # type: ignore[arg-type]
    for index in range(number):
        talk.now = start + index * step
        talk.receive(b"s")
    return talk


def test_packets_are_lost_as_often_as_said() -> None:
    filter_ = engine({"behaviour": "flaky_link", "loss": 0.1})
    talk = through(filter_)
    assert 70 < talk.lines.count("< data: drop") < 130
    assert set(causes(filter_)) == {("drop", "network.flaky")}


def test_loss_comes_in_bursts_whose_times_depend_on_the_seed_alone() -> None:
    entry = {
        "behaviour": "flaky_link",
        "loss": 0.0,
        "burst_every_seconds": 10,
        "burst_loss": 1.0,
    }
    first, second, third = (through(engine(entry, seed=seed), step=0.1).lines for seed in (1, 1, 2))
    assert first == second != third
    lost = first.count("< data: drop")
    assert 100 < lost < 400
    changes = sum(before != after for before, after in itertools.pairwise(first))
    assert changes < 30


def test_jitter_reordering_and_duplicates() -> None:
    entry = {
        "behaviour": "flaky_link",
        "loss": 0.0,
        "jitter_seconds": 0.02,
        "reorder": 0.1,
        "reorder_seconds": 1.0,
        "duplicate": 0.1,
    }
    filter_ = engine({**entry})
    talk = through(filter_)
    held = [outcome.delay for outcome in talk.outcomes]
    assert 0.0 < min(held) < 0.02
    assert 60 < sum(delay >= 1.0 for delay in held) < 140
    copies = [outcome.injections[0] for outcome in talk.outcomes if outcome.injections]
    assert 60 < len(copies) < 140
    assert all(copy.to_client for copy in copies)
    assert {act for act, _ in causes(filter_)} == {"delay", "duplicate"}


def test_one_way_can_be_good() -> None:
    filter_ = engine({"behaviour": "flaky_link", "loss": 1.0, "way": "in"})
    talk = Talk(filter_)
    assert [talk.syn(), talk.synack()] == ["pass", "drop"]


def test_without_trouble_nothing_is_done() -> None:
    filter_ = engine({"behaviour": "flaky_link", "loss": 0.0})
    assert set(through(filter_, 50).lines) == {"< data: pass"}
