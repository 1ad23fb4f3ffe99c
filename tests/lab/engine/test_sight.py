from __future__ import annotations

from tests.lab.talks import BLOCKED, Talk, engine, query
from trigpoint.lab.engine.sight import MOST_TALLIES, Scene


def test_tallies_count_and_are_few() -> None:
    scene = Scene(0, 0, {})
    assert [scene.tally("c", "x"), scene.tally("c", "x"), scene.tally("d", "x")] == [0, 1, 0]
    for number in range(MOST_TALLIES):
        scene.tally("c", str(number))
    assert scene.tally("c", "x") == 0


def test_ttls_are_those_at_the_hop() -> None:
    lie = {"lie": {"pool": ["192.0.2.9"]}, "ttl": {"rule": "mirror"}}
    for hops, expected in ((0, 40), (9, 37)):
        entry = {"behaviour": "dns_injection", "match": {"suffix": [BLOCKED]}, "injectors": [lie]}
        talk = Talk(engine(entry, hops=hops), server_port=53, ttl=40)
        talk.ask(query())
        assert talk.injected()[0].ttl == expected
