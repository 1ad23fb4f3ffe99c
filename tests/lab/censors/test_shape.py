from __future__ import annotations

from tests.lab.talks import BLOCKED, FREE, Talk, causes, engine, hello, request

NAMED = {"match": {"suffix": [BLOCKED]}}


def test_packets_wait_for_one_another_in_order() -> None:
    filter_ = engine({"behaviour": "shape", **NAMED, "kilobits_per_second": 8, "burst_bytes": 0, "queue_seconds": 3.5})
    talk = Talk(filter_)
    talk.open()
    talk.send(hello(), "hello")
    for _ in range(4):
        talk.receive(b"s" * 960)
    talk.now = 10.0
    talk.receive(b"s" * 960)
    assert talk.lines[3:] == [
        "> hello: pass",
        "< data: pass, held 1.00 s",
        "< data: pass, held 2.00 s",
        "< data: pass, held 3.00 s",
        "< data: drop",
        "< data: pass, held 1.00 s",
    ]
    assert causes(filter_) == [("shape", "tls.throttle.sni"), ("drop", "tls.throttle.sni")]


def test_loss_and_delay_without_a_rate() -> None:
    filter_ = engine(
        {
            "behaviour": "shape",
            **NAMED,
            "kilobits_per_second": 0,
            "loss": 0.2,
            "delay_seconds": 2,
            "delay_seconds_up_to": 4,
            "way": "in",
        }
    )
    talk = Talk(filter_)
    talk.open()
    talk.send(hello())
    outcomes = [talk.receive(b"s") for _ in range(300)]
    assert 30 < outcomes.count("drop") < 90
    delays = [outcome.delay for outcome in talk.outcomes[4:] if outcome.delay]
    assert 2.0 <= min(delays) < 2.2
    assert 3.8 < max(delays) <= 4.0
    assert talk.ack() == "pass"


def test_what_fits_into_the_bucket_is_not_held() -> None:
    talk = Talk(engine({"behaviour": "shape", "trigger": "flow", "burst_bytes": 15_000}))
    assert talk.open() == ["pass"] * 3


def test_the_pair_stays_slow_without_a_name() -> None:
    filter_ = engine({"behaviour": "shape", **NAMED, "burst_bytes": 0, "residual": {"tuple": "host", "seconds": 600}})
    talk = Talk(filter_)
    talk.open()
    talk.send(hello())
    again = Talk(filter_, port=40_001, server_port=80)
    again.syn()
    assert "held" in again.send(request(FREE))
    assert ("shape", "self.residual") in causes(filter_)
