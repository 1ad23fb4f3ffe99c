from __future__ import annotations

from tests.lab.talks import Talk, engine, query
from trigpoint.lab.engine.forgeries import Forge
from trigpoint.lab.engine.outcome import NOTHING
from trigpoint.lab.engine.response import Hit


def test_without_a_query_there_is_nothing_to_answer() -> None:
    assert Forge((), (), suppresses=False).begin(Hit("flow"), None) == (NOTHING, None)  # type: ignore[arg-type]


def test_when_no_injector_answers_nothing_is_dropped_or_told() -> None:
    entry = {"behaviour": "dns_injection", "placement": {"path": "in"}, "suppress_original": True}
    filter_ = engine({**entry, "injectors": [{"probability": 0.0}]})
    assert Talk(filter_, server_port=53).ask(query()) == "pass"
    assert not filter_.events


def test_delays_are_drawn_between_two() -> None:
    injector = {"lie": {"pool": ["192.0.2.9"]}, "delay_seconds": 0.002, "delay_seconds_up_to": 0.020}
    filter_ = engine({"behaviour": "dns_injection", "injectors": [injector]})
    delays = []
    for port in range(40_000, 40_100):
        talk = Talk(filter_, server_port=53, port=port)
        talk.ask(query())
        delays.append(talk.outcomes[0].injections[0].delay)
    assert 0.002 <= min(delays) < 0.004
    assert 0.018 < max(delays) < 0.020
