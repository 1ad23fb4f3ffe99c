from __future__ import annotations

from tests.lab.engine.test_response import sight
from trigpoint.lab.engine.outcome import DROPPED, NOTHING
from trigpoint.lab.engine.response import Hit
from trigpoint.lab.engine.silences import Drop, Freeze, Oversized


def test_a_drop_that_waits_says_that_it_is_armed() -> None:
    assert Drop().begin(Hit("x"), sight())[0] is DROPPED
    for waiting in (Drop("in"), Drop(after_packets=1), Drop(after_seconds=1.0), Drop(drops_trigger=False)):
        assert waiting.begin(Hit("x"), sight())[0].did == "arm"


def test_a_freeze_counts_the_packet_that_began_it() -> None:
    _, frost = Freeze(0, 2, "out", "out").begin(Hit("x"), sight())
    assert frost is not None
    acts = [
        frost.follow(sight()),
        frost.follow(sight(outward=False)),
        frost.follow(sight()),
        frost.follow(sight(outward=False)),
    ]
    assert acts == [NOTHING, NOTHING, DROPPED, NOTHING]


def test_a_link_that_is_too_small() -> None:
    link = Oversized(50, "out")
    sizes = [link.follow(sight(payload=b"x" * size)) for size in (10, 11)]
    assert sizes == [NOTHING, DROPPED]
