from __future__ import annotations

import pytest

from tests.lab.talks import Talk, causes, engine
from trigpoint.net.packets import RST

ENTRY = {"behaviour": "nat_timeout", "idle_seconds": 60}


@pytest.mark.parametrize("version", [4, 6])
def test_after_an_idle_time_the_client_is_reset_and_nothing_comes_through_any_more(version: int) -> None:
    filter_ = engine(ENTRY)
    talk = Talk(filter_, version)
    talk.open()
    talk.now = 61.0
    assert talk.send(b"late") == "drop, client gets RST"
    reset = talk.injected()[0]
    assert (reset.source, reset.target) == (talk.server[0], talk.client[0])
    assert reset.sequence == 5_001  # what the client expects next, so that it is believed (RFC 5961)
    assert [talk.receive(b"answer"), talk.ack()] == ["drop", "drop, client gets RST"]
    assert set(causes(filter_)) == {("reset", "network.flaky"), ("drop", "network.flaky")}


def test_each_packet_either_way_keeps_a_flow_alive() -> None:
    talk = Talk(engine(ENTRY))
    talk.open()
    for now in (50.0, 110.0, 170.0):
        talk.now = now
        assert talk.receive(b"s") == "pass"
        assert talk.ack() == "pass"


def test_a_connection_opened_anew_from_the_same_port_is_another() -> None:
    talk = Talk(engine(ENTRY))
    talk.open()
    talk.now, talk.sequence = 100.0, 9_000
    assert talk.open() == ["pass"] * 3


def test_a_flow_whose_beginning_was_not_seen_is_not_known() -> None:
    talk = Talk(engine(ENTRY))
    assert talk.send(b"data") == "drop, client gets RST"
    assert talk._segment("RST", outward=True, flags=RST) == "drop", "a reset is never answered"
