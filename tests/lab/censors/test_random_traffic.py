from __future__ import annotations

import pytest

from tests.lab.talks import Talk, causes, engine, hello, request
from trigpoint.lab.censors.random_traffic import looks_random
from trigpoint.lab.engine.draws import Draws

NOISE = bytes(Draws("noise", index).between(128 if index < 6 else 0, 255) for index in range(300))


@pytest.mark.parametrize("version", [4, 6])
def test_a_random_first_payload_is_dropped_with_all_that_follows_outwards(version: int) -> None:
    filter_ = engine({"behaviour": "random_traffic"})
    talk = Talk(filter_, version)
    talk.open()
    talk.send(NOISE, "noise")
    talk.receive(b"s")
    talk.ack()
    assert talk.lines[3:] == ["> noise: drop", "< data: pass", "> ACK: drop"]
    assert causes(filter_) == [("drop", "tcp")] * 2


@pytest.mark.parametrize("first", [hello(), request(), b"SSH-2.0-OpenSSH"], ids=["tls", "http", "ssh"])
def test_what_is_known_or_text_passes_and_later_payloads_do_not_matter(first: bytes) -> None:
    talk = Talk(engine({"behaviour": "random_traffic"}))
    assert [talk.send(first), talk.send(NOISE)] == ["pass", "pass"]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        bytes(60),
        b"\xff" * 60,
        b"\x16\x03" + NOISE,
        b"printable" + NOISE,
        NOISE[:100] + b"a" * 150,
        NOISE[:100] + b"twenty-one printables" + NOISE[100:],
    ],
)
def test_each_exemption_is_enough(payload: bytes) -> None:
    assert looks_random(NOISE)
    assert not looks_random(payload)


@pytest.mark.parametrize(("low", "high", "told"), [(3.4, 4.6, "drop"), (5.0, 6.0, "pass"), (2.0, 3.0, "pass")])
def test_how_many_bits_must_be_set_is_told(low: float, high: float, told: str) -> None:
    talk = Talk(engine({"behaviour": "random_traffic", "bits_above": low, "bits_below": high}))
    assert talk.send(NOISE) == told


def test_who_comes_late_does_not_judge_by_a_later_payload() -> None:
    talk = Talk(engine({"behaviour": "random_traffic", "schedule": {"windows": [{"start": 10, "end": 20}]}}))
    assert talk.send(NOISE) == "pass"
    talk.now = 10.0
    assert talk.send(NOISE) == "pass"
